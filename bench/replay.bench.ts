// Calls replayed a second: each call's line of a trace and the line of its recorded answer, read, judged and counted.
import { createEngine } from '@agentpolicy/engine';
import { readTraceText, replayTrace, type TraceLine } from '@agentpolicy/test-runner';
import { measure, printMeasures } from './harness.ts';
import { CWD, compileTable, HOME, makeCall, makePolicy } from './policies.ts';

const TOOLS = 10;
const CALLS = 1000;
const table = compileTable(makePolicy(TOOLS));

function envelope(number: number, direction: string, raw: unknown): string {
  const ts = new Date(Date.UTC(2026, 0, 5) + number).toISOString();
  return JSON.stringify({
    session_id: 's',
    server_label: 'http',
    seq: number,
    ts,
    direction,
    transport: 'stdio',
    raw,
  });
}

/** The lines of one call and its answer. */
function makeLines(id: number): readonly [string, string] {
  const { name, args } = makeCall(id % TOOLS);
  const text = `${id} rows: id, title, state; the last one is open`;
  return [
    envelope(2 * id, 'c2s', { method: 'tools/call', params: { name, arguments: args }, jsonrpc: '2.0', id }),
    envelope(2 * id + 1, 's2c', { result: { content: [{ type: 'text', text }] }, jsonrpc: '2.0', id }),
  ];
}

const calls = Array.from({ length: CALLS }, (_, id) => makeLines(id));
const whole = calls.map((lines) => `${lines.join('\n')}\n`).join('');

/** The lines of so many calls, the same thousand over and over. */
function* makeTrace(count: number): Generator<TraceLine> {
  for (let left = count; left > 0; left -= CALLS)
    yield* readTraceText(left >= CALLS ? whole : `${calls.slice(0, left).flat().join('\n')}\n`);
}

function replay(count: number): void {
  let allowed = 0;
  const counts = replayTrace(makeTrace(count), {
    createEngine: (clock) =>
      createEngine(table, { clock, home: HOME, cwd: CWD, foldCase: false, ownFiles: [] }),
    approver: null,
    onMessage: ({ judged }) => {
      if (judged.subject === 'tool-call' && judged.decision === 'ALLOW') allowed++;
    },
    onProblem: ({ line, message }) => {
      throw new Error(`line ${line}: ${message}`);
    },
  });
  if (allowed !== count || counts.problems > 0) throw new Error('the benchmark replays allowed calls');
}

// The first rounds load the table and wake the compiler up: they would tell how long that takes.
replay(20 * CALLS);

printMeasures(
  'one call and its answer, two patterns: lines of a trace, read strictly and judged',
  measure([
    {
      name: 'JSON.parse of the lines alone',
      run(count) {
        for (let at = 0; at < count; at++)
          for (const line of calls[at % CALLS] ?? [])
            if (JSON.parse(line).raw === undefined) throw new Error('a line without a message');
      },
    },
    { name: 'replay', run: replay },
  ]),
  'call',
);
