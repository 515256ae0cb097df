import { existsSync, readFileSync } from 'node:fs';
import { createEngine, type EngineEnvironment } from '@agentpolicy/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Approver,
  createApprover,
  type ReplayedMessage,
  readTraceText,
  replayTrace,
  type TraceProblem,
} from '../src/index.ts';
import { loadPolicy } from '../src/policy/load-policy.ts';

const POLICY = `
apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: replay }
spec:
  allowed_tools: [free]
  tool_rules:
    - { tool: slow, rate_limit: 1/minute }
    - { tool: asked, action: ask }
    - { tool: read, allow_args: { path: '^/tmp/' } }
`;

function loadTable() {
  const loaded = loadPolicy(POLICY, 'replay.yaml');
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((each) => each.message).join('\n'));
  return loaded.table;
}

const table = loadTable();

function replay(trace: string, approver: Approver | null = null) {
  const messages: ReplayedMessage[] = [];
  const problems: TraceProblem[] = [];
  const place: Omit<EngineEnvironment, 'clock'> = { home: '/h', cwd: '/h', foldCase: false, ownFiles: [] };
  const counts = replayTrace(readTraceText(trace), {
    createEngine: (clock) => createEngine(table, { ...place, clock }),
    approver,
    onMessage: (message) => messages.push(message),
    onProblem: (problem) => problems.push(problem),
  });
  return {
    counts,
    problems: problems.map(({ line, code }) => `${line} ${code}`),
    decisions: messages.map(({ line, judged }) => `${line} ${judged.decision} ${judged.reason.kind}`),
  };
}

/** A recorded line; the second is one of a session's first minute. */
function line(second: number, raw: string, session = 's', direction = 'c2s'): string {
  const ts = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  return `{"session_id":"${session}","ts":"${ts}","direction":"${direction}","raw":${raw}}`;
}

const call = (id: number, tool: string, args = '{}') =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":${args}}}`;

describe('replayTrace', () => {
  it('tells the time by the trace', () => {
    const trace = [line(0, call(1, 'slow')), line(30, call(2, 'slow')), line(95, call(3, 'slow'))];
    expect(replay(trace.join('\n')).decisions).toEqual([
      '1 ALLOW permitted',
      '2 RATE_LIMITED rate-limit',
      '3 ALLOW permitted',
    ]);
  });

  it('keeps sessions apart: their buckets, their ids, their clocks', () => {
    const trace = [
      line(50, call(1, 'slow'), 'a'),
      line(0, call(1, 'slow'), 'b'),
      line(51, call(1, 'free'), 'a'),
    ];
    expect(replay(trace.join('\n'))).toMatchObject({
      decisions: ['1 ALLOW permitted', '2 ALLOW permitted', '3 BLOCK protocol'],
      counts: { sessions: 2, messages: 3 },
    });
  });

  it('mints no tokens where the time of a trace runs backwards', () => {
    const trace = [90, 0, 59].map((second, index) => line(second, call(index, 'slow')));
    expect(replay(trace.join('\n')).decisions.slice(1)).toEqual([
      '2 RATE_LIMITED rate-limit',
      '3 RATE_LIMITED rate-limit',
    ]);
  });

  it('leaves a call that must be approved open, and takes its recorded answer', () => {
    const answer = line(2, '{"jsonrpc":"2.0","id":1,"result":{}}', 's', 's2c');
    expect(replay(`${line(0, call(1, 'asked'))}\n${answer}`).decisions).toEqual([
      '1 ASK ask',
      '2 ALLOW passed-on',
    ]);
  });

  it.each([
    ['approve', '1 ALLOW user-approved', '2 ALLOW passed-on'],
    ['deny', '1 BLOCK user-denied', '2 BLOCK unawaited'],
    ['timeout', '1 BLOCK user-timeout', '2 BLOCK unawaited'],
  ] as const)('asks somebody who would %s', (approvals, decision, answered) => {
    const answer = line(2, '{"jsonrpc":"2.0","id":1,"result":{}}', 's', 's2c');
    const { decisions } = replay(`${line(0, call(1, 'asked'))}\n${answer}`, createApprover(approvals));
    expect(decisions).toEqual([decision, answered]);
  });

  it('takes bare messages, without a time', () => {
    const trace = `${call(1, 'slow')}\n{"jsonrpc":"2.0","id":1,"result":{}}\n${call(2, 'slow')}`;
    expect(replay(trace).decisions).toEqual([
      '1 ALLOW permitted',
      '2 ALLOW passed-on',
      '3 RATE_LIMITED rate-limit',
    ]);
  });

  it('judges a message that only the proxy would see broken', () => {
    const trace = line(0, '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}');
    expect(replay(trace)).toMatchObject({ decisions: ['1 BLOCK protocol'], problems: [] });
  });

  it('judges every message of a batch', () => {
    const init = '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}';
    const chosen = '{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-03-26"}}';
    const trace = [
      line(0, init),
      line(1, chosen, 's', 's2c'),
      line(2, `[${call(1, 'free')},${call(2, 'other')}]`),
    ];
    expect(replay(trace.join('\n')).decisions.slice(2)).toEqual(['3 ALLOW permitted', '3 BLOCK not-listed']);
  });

  it('knows which request an HTTP server refused without its id', () => {
    const exchange = (text: string, name: string) => text.replace('"raw"', `"conn_id":"${name}","raw"`);
    const refusal = '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no session"}}';
    const trace = [
      exchange(line(0, call(1, 'free')), 'c1'),
      exchange(line(1, refusal, 's', 's2c'), 'c1'),
      exchange(line(2, call(1, 'free')), 'c2'),
      exchange(line(3, call(1, 'free')), 'c3'),
    ];
    expect(replay(trace.join('\n')).decisions).toEqual([
      '1 ALLOW permitted',
      '2 ALLOW passed-on',
      '3 ALLOW permitted',
      '4 BLOCK protocol',
    ]);
  });

  it('gives the same twice', () => {
    const trace = readFileSync('fixtures/traces/filesystem.jsonl', 'utf8');
    expect(replay(trace)).toEqual(replay(trace));
  });
});

describe('a hostile trace', () => {
  const good = line(0, call(1, 'free'));

  it.each([
    ['a torn last line', `${good}\n${good.slice(0, 80)}`, ['2 malformed-line'], 1],
    ['a torn line in the middle', `${good.slice(0, 80)}\n${good}`, ['1 malformed-line'], 1],
    ['no JSON', `${good}\nhello\n`, ['2 malformed-line'], 1],
    ['two messages in one line', `${good}${good}`, ['1 malformed-line'], 0],
    [
      'a repeated key of the envelope',
      good.replace('"direction"', '"direction":"s2c","direction"'),
      ['1 malformed-line'],
      0,
    ],
    ['a time that is none', good.replace(/"ts":"[^"]*"/, '"ts":"then"'), ['1 malformed-line'], 0],
    ['a direction that is none', good.replace('c2s', 'out'), ['1 malformed-line'], 0],
    ['a byte order mark', `\ufeff${good}`, ['1 malformed-line'], 0],
    ['empty lines', `\n\n${good}\n \n`, [], 1],
    ['nothing', '', [], 0],
    ['nesting without end', line(0, `${'['.repeat(100_000)}${']'.repeat(100_000)}`), [], 1],
    [
      'nesting without end in the envelope',
      `{"direction":"c2s","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      ['1 malformed-line'],
      0,
    ],
    ['a number that no double holds', line(0, call(1, 'free', '{"n":1e999}')), [], 1],
  ])('%s', (_, trace, problems, messages) => {
    expect(replay(trace)).toMatchObject({ problems, counts: { messages } });
  });

  it('a line of 50 MB is a problem, and the next line counts', () => {
    const trace = `${line(0, call(1, 'free', `{"a":"${'x'.repeat(50_000_000)}"}`))}\n${good}`;
    expect(replay(trace)).toMatchObject({
      problems: ['1 line-too-long'],
      decisions: ['2 ALLOW permitted'],
    });
  });

  it('more sessions than are kept open: one that comes back is told', () => {
    const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
    const trace = [...names, 's0'].map((name) => line(0, call(1, 'free'), name));
    expect(replay(trace.join('\n'))).toMatchObject({
      counts: { sessions: 201, messages: 201 },
      problems: ['201 session-resumed'],
    });
  });

  it('never throws, whatever is changed in a recorded session', () => {
    const lines = readFileSync('fixtures/traces/everything.jsonl', 'utf8').trimEnd().split('\n');
    const piece = fc.oneof(
      fc.constantFrom(
        '"',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '\\',
        '\n',
        '\u0000',
        '"id":1,',
        '"raw":{',
        'null',
        '1e999',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(), drop: fc.nat(5), insert: piece }), { minLength: 1, maxLength: 6 }),
        fc.shuffledSubarray(lines, { minLength: 3, maxLength: 10 }),
        (edits, chosen) => {
          let text = chosen.join('\n');
          for (const { at, drop, insert } of edits) {
            const place = at % (text.length + 1);
            text = text.slice(0, place) + insert + text.slice(place + drop);
          }
          const { counts } = replay(text);
          expect(counts.lines).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe.skipIf(!existsSync('../shared/traces'))('the shared sessions', () => {
  it.each([
    ['01-filesystem-coding', 12],
    ['10-raw-framing-probes', 14],
    ['18-streamable-http-everything', 6],
  ])('%s replays whole, and again the same', (name, toolCalls) => {
    const text = readFileSync(`../shared/traces/${name}.jsonl`, 'utf8');
    const first = replay(text);
    expect(first.problems).toEqual([]);
    expect(first.counts.toolCalls).toBe(toolCalls);
    expect(replay(text)).toEqual(first);
  });
});
