import { getMember, readJson } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatImportedLines,
  IMPORT_FORMATS,
  type ImportFormat,
  importTraffic,
  readTraceLine,
} from '../../src/index.ts';

const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"a":1.0}}}';
const ANSWER = '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}';

/** The trace that a text becomes, as a replay reads it: who says what in which session, and when. */
function replayed(text: string, format?: ImportFormat) {
  const result = importTraffic(text, { name: 'x', ...(format === undefined ? {} : { format }) });
  if (!result.ok) throw new Error(result.message);
  const lines = formatImportedLines(result.lines).trimEnd().split('\n');
  const messages = lines.map((line) => {
    const entry = readTraceLine(line);
    if (entry.kind !== 'message') throw new Error(`${line} is ${entry.kind}`);
    return { from: entry.from, text: entry.text, session: entry.session, time: entry.time };
  });
  return { format: result.format, problems: result.problems, messages, lines };
}

const har = (...entries: readonly object[]): string => JSON.stringify({ log: { version: '1.2', entries } });

function entry(at: number, took: number, sent: string | null, body: string, mimeType = 'application/json') {
  return {
    startedDateTime: new Date(Date.UTC(2026, 0, 1) + at).toISOString(),
    time: took,
    request: {
      method: sent === null ? 'GET' : 'POST',
      url: 'http://localhost:3000/mcp',
      headers: [{ name: 'Mcp-Session-Id', value: 's1' }],
      ...(sent === null ? {} : { postData: { mimeType: 'application/json', text: sent } }),
    },
    response: { status: 200, headers: [], content: { mimeType, text: body } },
  };
}

describe('an import of', () => {
  it('an HTTP archive takes posts, answers and event streams, each at its time', () => {
    const late = '{"jsonrpc":"2.0","id":2,"result":{}}';
    const stream = `: hello\r\nevent: message\r\ndata: ${ANSWER}\r\n\r\ndata: {"jsonrpc":"2.0",\ndata: "method":"notifications/message"}\n\n`;
    const { format, messages, problems } = replayed(
      har(
        entry(0, 500, CALL.replace('"id":1', '"id":2'), late),
        entry(100, 50, CALL, stream, 'text/event-stream; charset=utf-8'),
        entry(600, 1, null, '<html>', 'text/html'),
      ),
    );
    expect(format).toBe('har');
    expect(problems).toEqual([]);
    expect(messages.map(({ from, text }) => [from, text])).toEqual([
      ['client', CALL.replace('"id":1', '"id":2')],
      ['client', CALL],
      ['server', ANSWER],
      ['server', '{"jsonrpc":"2.0", "method":"notifications/message"}'],
      ['server', late],
    ]);
    expect(messages.map(({ time }) => (time ?? 0) - Date.UTC(2026, 0, 1))).toEqual([0, 100, 150, 150, 500]);
    expect(new Set(messages.map(({ session }) => session))).toEqual(new Set(['s1']));
  });

  it('an HTTP archive tells what it lacks', () => {
    expect(replayed(har(entry(0, 1, CALL, ''))).problems).toEqual([
      { line: 1, message: 'the archive holds no body of the answer' },
    ]);
  });

  it('MCP Inspector’s history gives messages an envelope, and leaves the rest as it was written', () => {
    const request = '{"method":"tools/call","params":{"name":"echo","arguments":{"a":1.0}}}';
    const history = [
      { request, response: '{"content":[]}' },
      { request, response: JSON.stringify({ error: 'MCP error -32602' }) },
      { request: '{"method":"notifications/initialized"}' },
      { request: 'oops' },
    ];
    const { format, messages, problems } = replayed(JSON.stringify(history));
    expect(format).toBe('inspector');
    expect(messages.map(({ from, text }) => [from, text])).toEqual([
      ['client', CALL],
      ['server', ANSWER],
      ['client', CALL.replace('"id":1', '"id":2')],
      ['server', '{"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"MCP error -32602"}}'],
      ['client', '{"jsonrpc":"2.0","method":"notifications/initialized"}'],
    ]);
    expect(problems).toEqual([{ line: 4, message: 'the entry has no `request` with a method' }]);
  });

  it('Claude Desktop’s log takes messages, starts a session at each handshake, and tells what is cut off', () => {
    const hello = '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}';
    const log = [
      '2026-01-01T00:00:00.000Z [files] [info] Initializing server... { metadata: undefined }',
      `2026-01-01T00:00:01.000Z [files] [info] Message from client: ${hello} { metadata: undefined }`,
      'Traceback of the server',
      `2026-01-01T00:00:02.000Z [files] [info] Message from server: ${ANSWER}`,
      `2026-01-01T00:00:03.000Z [info] [files] Message from client: ${hello}`,
      '2026-01-01T00:00:04.000Z [files] [info] Message from server: {"jsonrpc":"2.0"...[12 chars truncated]',
    ].join('\n');
    const { format, messages, problems } = replayed(log);
    expect(format).toBe('claude');
    expect(messages.map(({ from, session, text }) => [from, session, text])).toEqual([
      ['client', 'files/1', hello],
      ['server', 'files/1', ANSWER],
      ['client', 'files/2', hello],
    ]);
    expect(messages[0]?.time).toBe(Date.UTC(2026, 0, 1, 0, 0, 1));
    expect(problems).toEqual([{ line: 6, message: 'the message is cut off, or is no JSON' }]);
  });

  it('the proxy’s audit log makes calls again, with what was decided as the expectation', () => {
    const record = (more: object): string =>
      JSON.stringify({
        timestamp: '2026-01-01T00:00:00.000Z',
        direction: 'upstream',
        ...more,
        policy_hash: 'x',
      });
    const log = [
      record({ method: 'initialize', decision: 'ALLOW' }),
      record({ method: 'tools/call', tool: 'echo', args: { a: 1 }, decision: 'ALLOW' }),
      record({ method: 'tools/call', tool: 'rm', args: {}, decision: 'BLOCK', error_code: -32001 }),
      record({ method: 'tools/call', tool: 'echo', args: { a: '[REDACTED:key]' }, decision: 'ALLOW' }),
      record({ method: 'tools/call', tool: 'echo', args: '[WITHHELD]', decision: 'ALLOW' }),
    ].join('\n');
    const { format, lines, problems } = replayed(log);
    expect(format).toBe('audit');
    const members = lines.map((line) => JSON.parse(line));
    expect(members.map(({ direction, expect: wanted, synthetic }) => [direction, wanted, synthetic])).toEqual(
      [
        ['c2s', { decision: 'allow' }, undefined],
        ['s2c', undefined, true],
        ['c2s', { decision: 'block', error_code: -32001 }, undefined],
      ],
    );
    expect(members[0].raw.params).toEqual({ name: 'echo', arguments: { a: 1 } });
    expect(problems.map(({ line }) => line)).toEqual([4, 5]);
  });

  it('bare JSON-RPC tells sides apart by the method', () => {
    const { format, messages } = replayed(`${CALL}\n\n${ANSWER}\n[${CALL}]\n`);
    expect(format).toBe('jsonrpc');
    expect(messages.map(({ from, text }) => [from, text])).toEqual([
      ['client', CALL],
      ['server', ANSWER],
      ['client', `[${CALL}]`],
    ]);
  });

  it.each([
    ['a log of Cursor', '2026-04-11 11:52:14.402 [info] files: Handling CallTool action', 'holds no message'],
    ['an archive of something else', har(), 'no MCP message was found'],
    ['a text', 'hello', 'none of the formats'],
    ['nothing', '', 'none of the formats'],
  ])('%s says why there is nothing to take', (_, text, message) => {
    const result = importTraffic(text, { name: 'x' });
    expect(result.ok ? '' : result.message).toContain(message);
    expect(result.ok ? '' : result.help).not.toBe('');
  });
});

describe('any text', () => {
  it('is imported or refused, and what is imported is a trace', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((value) => `{"log":{"entries":[${value},{"request":{"postData":{"text":${value}}}}]}}`),
      fc
        .json()
        .map((value) => `[{"request":${JSON.stringify(value)},"response":${value}},{"request":${value}}]`),
      fc
        .json()
        .map((value) => `{"timestamp":1,"direction":"upstream","tool":"t","args":${value},"policy_hash":""}`),
      fc.string().map((value) => `2026-01-01T00:00:00Z [a] [info] Message from client: ${value}`),
    );
    fc.assert(
      fc.property(
        text,
        fc.option(fc.constantFrom(...IMPORT_FORMATS), { nil: undefined }),
        (source, format) => {
          const result = importTraffic(source, { name: 'x', ...(format === undefined ? {} : { format }) });
          if (!result.ok) return;
          const lines = formatImportedLines(result.lines).trimEnd().split('\n');
          expect(lines).toHaveLength(result.lines.length);
          for (const line of lines) expect(readTraceLine(line).kind).toBe('message');
          const first = readJson(lines[0] ?? '');
          if (first.ok && first.value.kind === 'object')
            expect(getMember(first.value, 'seq')).toMatchObject({ literal: '1' });
        },
      ),
    );
  });
});
