import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProxySession } from '../support/session.ts';
import { createStubEngine } from '../support/stub-engine.ts';
import { callTool, request, say } from '../support/wire.ts';

const SECRET = 'AKIAIOSFODNN7EXAMPLE';
const ENGINE = createStubEngine({
  tools: { say: 'allow', read: 'allow' },
  deniedMethods: ['sampling/createmessage'],
  secret: SECRET,
});

let session: ProxySession;
beforeEach(() => {
  session = new ProxySession();
  session.startRecorder(ENGINE, ['say', 'read', 'ReadAll'], { maxLineBytes: 4096 });
});
afterEach(() => session.cleanUp());

interface Outcome {
  /** What the client got, the sentinel left out. */
  readonly client: readonly string[];
  /** What the server got besides the call that made it speak. */
  readonly server: readonly string[];
}

/** Makes the server write lines while the client's request 1 is open, then asks for one more answer. */
async function serverSays(...lines: readonly (string | Uint8Array)[]): Promise<Outcome> {
  session.send(say(1, ...lines), request('sentinel', 'ping'));
  await session.stdout.waitFor((text) => text.includes('"id":"sentinel"'));
  const client = session.stdout.lines().filter((line) => !line.includes('"id":"sentinel"'));
  await session.finish();
  const server = session
    .received()
    .split('\n')
    .filter((line) => line !== '' && !line.includes('"name":"say"') && !line.includes('"id":"sentinel"'));
  return { client, server };
}

function failure(reason: string): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    error: { code: -32603, message: 'Internal error', data: { reason, tool: 'say' } },
  });
}

const ANSWER = '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}';

describe('what a server may say', () => {
  it.each([
    ['an answer', ANSWER],
    [
      'an answer with its own white space and digits',
      '{ "id":1, "jsonrpc":"2.0","result":{"n":1.50,"big":9007199254740993} }',
    ],
    ['an error', '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}}'],
    [
      'an error that names no request',
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"what"}}',
    ],
    ['a notification', '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}'],
    ['a request', '{"jsonrpc":"2.0","id":1,"method":"roots/list"}'],
  ])('%s reaches the client as it is', async (_, line) => {
    expect((await serverSays(line)).client).toContain(line);
  });

  it('a line separator becomes an escape', async () => {
    const { client } = await serverSays('{"jsonrpc":"2.0","id":1,"result":{"text":"a\u2028b"}}');
    expect(client).toEqual(['{"jsonrpc":"2.0","id":1,"result":{"text":"a\\u2028b"}}']);
  });

  it('a method is passed on in MCP’s spelling', async () => {
    const { client } = await serverSays('{"jsonrpc":"2.0","id":5,"method":"Roots/List"}', ANSWER);
    expect(client).toEqual(['{"jsonrpc":"2.0","id":5,"method":"roots/list"}', ANSWER]);
  });
});

describe('an answer that breaks the rules is replaced by an error', () => {
  it.each([
    ['a key twice', '{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}'],
    ['Result beside result', '{"jsonrpc":"2.0","id":1,"result":{},"Result":{}}'],
    ['Content beside content', '{"jsonrpc":"2.0","id":1,"result":{"content":[],"Content":[]}}'],
    ['a result and an error', '{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}'],
    ['no jsonrpc', '{"id":1,"result":{}}'],
    ['a number beyond a double', '{"jsonrpc":"2.0","id":1,"result":1e999}'],
    ['a raw control character', '{"jsonrpc":"2.0","id":1,"result":"\u0001"}'],
    ['nesting past 128', `{"jsonrpc":"2.0","id":1,"result":${'['.repeat(200)}${']'.repeat(200)}}`],
    ['bytes that are no UTF-8', Buffer.from('{"jsonrpc":"2.0","id":1,"result":"\xff"}', 'latin1')],
  ])('%s', async (_, line) => {
    const { client } = await serverSays(line);
    expect(client).toHaveLength(1);
    expect(client[0]).toContain(
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error","data":{"reason":"The server\'s answer was refused: ',
    );
    expect(session.auditRecords()).toContainEqual(
      expect.objectContaining({ direction: 'downstream', decision: 'BLOCK', violation: true }),
    );
  });
});

describe('what is never passed on', () => {
  it.each([
    ['an answer to no request', '{"jsonrpc":"2.0","id":77,"result":{}}'],
    ['an answer under the string of an id', '{"jsonrpc":"2.0","id":"1","result":{}}'],
    ['a result without an id', '{"jsonrpc":"2.0","result":{}}'],
    ['a batch in a session without batches', '[{"jsonrpc":"2.0","method":"notifications/progress"}]'],
    ['text', 'Listening on stdio'],
    ['an object that is no message', '{"level":"info"}'],
    ['a bare number', '1'],
  ])('%s', async (_, line) => {
    expect((await serverSays(line, ANSWER)).client).toEqual([ANSWER]);
  });

  it('a second answer', async () => {
    expect((await serverSays(ANSWER, '{"jsonrpc":"2.0","id":1,"result":{"second":1}}')).client).toEqual([
      ANSWER,
    ]);
  });

  it('text goes to standard error, through the scanner', async () => {
    await serverSays(`Using key ${SECRET}`, ANSWER);
    expect(session.stderr.lines()).toContain('Using key [REDACTED:secret]');
  });

  it('an answer in a batch where there are none: its caller is told', async () => {
    const { client } = await serverSays(`[${ANSWER}]`);
    expect(client).toEqual([
      failure("The server's answer was refused: batches are part of protocol version 2025-03-26 only"),
    ]);
  });
});

describe('requests of the server', () => {
  const ASK = '{"jsonrpc":"2.0","id":9,"method":"roots/list"}';

  it('are answered by the client, once', async () => {
    session.send(say(1, ASK));
    await session.stdout.waitForLines(1);
    const answer = '{"jsonrpc":"2.0","id":9,"result":{"roots":[]}}';
    session.send(answer, answer, say(2, '{"jsonrpc":"2.0","id":2,"result":{}}'));
    await session.stdout.waitForLines(2);
    await session.finish();
    expect(
      session
        .received()
        .split('\n')
        .filter((line) => line === answer),
    ).toHaveLength(1);
    expect(
      session.auditRecords().map((record) => [record.direction, record.decision, record.method]),
    ).toEqual([
      ['upstream', 'ALLOW', 'tools/call'],
      ['downstream', 'ALLOW', 'roots/list'],
      ['upstream', 'BLOCK', undefined],
      ['upstream', 'ALLOW', 'tools/call'],
    ]);
  });

  it('with an unacceptable answer fail', async () => {
    session.send(say(1, ASK));
    await session.stdout.waitForLines(1);
    session.send(
      '{"jsonrpc":"2.0","id":9,"result":{"a":1,"a":2}}',
      say(2, '{"jsonrpc":"2.0","id":2,"result":{}}'),
    );
    await session.stdout.waitForLines(2);
    await session.finish();
    expect(session.received()).toContain('{"jsonrpc":"2.0","id":9,"error":{"code":-32603,');
    expect(session.received()).not.toContain('"a":2');
  });

  it('that are denied are refused to the server', async () => {
    const denied = '{"jsonrpc":"2.0","id":9,"method":"Sampling/createMessage","params":{}}';
    const { client, server } = await serverSays(denied, ANSWER);
    expect(client).toEqual([ANSWER]);
    expect(server).toEqual([
      '{"jsonrpc":"2.0","id":9,"error":{"code":-32006,"message":"Method not allowed","data":{"method":"Sampling/createMessage","reason":"Method \\"Sampling/createMessage\\" is denied by the policy"}}}',
    ]);
  });

  it('that are denied are refused inside a result too', async () => {
    const result = {
      resultType: 'input_required',
      inputRequests: { a: { method: 'sampling/createMessage' } },
    };
    const { client } = await serverSays(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
    expect(client).toEqual([
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32006,"message":"Method not allowed","data":{"method":"sampling/createMessage","reason":"Method \\"sampling/createMessage\\" is denied by the policy"}}}',
    ]);
  });
});

describe('secrets', () => {
  it.each([
    [
      'in an answer',
      `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"key ${SECRET}!"}],"n":1.0}}`,
    ],
    ['in an error', `{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"${SECRET}"}}`],
    ['in a notification', `{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"${SECRET}"}}`],
    [
      'in a request',
      `{"jsonrpc":"2.0","id":4,"method":"elicitation/create","params":{"message":"${SECRET}"}}`,
    ],
  ])('%s are taken out, and nothing else is changed', async (_, line) => {
    const { client } = await serverSays(line);
    expect(client).toContain(line.replace(SECRET, '[REDACTED:secret]'));
    expect(session.auditRecords()).toContainEqual({
      timestamp: '2026-01-20T10:30:45.123Z',
      direction: 'downstream',
      event: 'DLP_TRIGGERED',
      dlp_rule: 'secret',
      dlp_action: 'REDACTED',
      dlp_match_count: 1,
      policy_hash: '0'.repeat(64),
    });
    expect(session.stderr.text()).toContain('DLP_TRIGGERED: Rule "secret" matched 1 time(s), redacted');
  });

  it('that can not be taken out refuse the answer', async () => {
    const { client } = await serverSays(`{"jsonrpc":"2.0","id":1,"result":{"nextCursor":"${SECRET}"}}`);
    expect(client).toEqual([
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32014,"message":"DLP redaction failed","data":{"reason":"The message holds text that may not be passed on and can not be taken out","tool":"say"}}}',
    ]);
  });

  it('never reach the audit log or the operator’s log', async () => {
    session.send(
      callTool(1, 'read', { key: SECRET, keep: 1.5 }),
      callTool(SECRET, SECRET),
      request(2, SECRET),
    );
    await session.stdout.waitForLines(3);
    await session.finish();
    expect(session.auditRecords().map((record) => [record.tool, record.args, record.id])).toEqual([
      ['read', { key: '[REDACTED:secret]', keep: 1.5 }, 1],
      ['[REDACTED:secret]', {}, '[REDACTED:secret]'],
      [undefined, undefined, 2],
    ]);
    expect(session.stderr.text()).not.toContain(SECRET);
    expect(session.received()).toContain(SECRET);
  });
});
