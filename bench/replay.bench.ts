// Calls replayed a second from a trace file, read, judged and counted: each a line and, in the second case, the line of
// its recorded answer as well.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '@agentpolicy/engine';
import { readTraceFile, replayTrace } from '@agentpolicy/test-runner';
import { measure, printMeasures } from './harness.ts';
import { CWD, compileTable, HOME, makeCall, makePolicy } from './policies.ts';

const TOOLS = 10;
const CALLS = 1000;
const SESSIONS = 20;
const table = compileTable(makePolicy(TOOLS));

function envelope(session: number, number: number, direction: string, raw: unknown): string {
  const ts = new Date(Date.UTC(2026, 0, 5) + number).toISOString();
  return JSON.stringify({
    session_id: `session-${session}`,
    server_label: 'http',
    seq: number,
    ts,
    direction,
    transport: 'stdio',
    raw,
  });
}

/** The lines of one call and its answer. */
function makeLines(session: number, id: number): readonly [string, string] {
  const { name, args } = makeCall(id % TOOLS);
  const text = `${id} rows: id, title, state; the last one is open`;
  const call = { method: 'tools/call', params: { name, arguments: args }, jsonrpc: '2.0', id };
  const answer = { result: { content: [{ type: 'text', text }] }, jsonrpc: '2.0', id };
  return [envelope(session, 2 * id, 'c2s', call), envelope(session, 2 * id + 1, 's2c', answer)];
}

const calls = Array.from({ length: SESSIONS * CALLS }, (_, at) =>
  makeLines(Math.floor(at / CALLS), at % CALLS),
);

/** Writes a trace that the same sessions stand in over and over, a thousand calls of each. */
function writeTrace(file: string, answered: boolean): void {
  const lines = calls.flatMap(([call, answer]) => (answered ? [call, answer] : [call]));
  writeFileSync(file, `${lines.join('\n')}\n`);
}

/** Replays a trace until so many calls were judged. */
function replay(file: string, count: number): void {
  for (let left = count; left > 0; left -= calls.length) replayCalls(file, Math.min(left, calls.length));
}

function replayCalls(file: string, count: number): void {
  let allowed = 0;
  const counts = replayTrace(takeCalls(file, count), {
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

function* takeCalls(file: string, count: number): ReturnType<typeof readTraceFile> {
  let left = file.endsWith('answered.jsonl') ? 2 * count : count;
  for (const line of readTraceFile(file)) {
    if (left-- === 0) return;
    yield line;
  }
}

function parseLines(count: number, answered: boolean): void {
  for (let at = 0; at < count; at++)
    for (const line of (calls[at % calls.length] ?? []).slice(0, answered ? 2 : 1))
      if (JSON.parse(line).raw === undefined) throw new Error('a line without a message');
}

const folder = mkdtempSync(join(tmpdir(), 'aip-bench-'));
try {
  for (const answered of [false, true]) {
    const file = join(folder, answered ? 'answered.jsonl' : 'asked.jsonl');
    writeTrace(file, answered);
    // The first rounds load the table and wake the compiler up: they would tell how long that takes.
    replay(file, 60 * CALLS);
    const what = answered ? 'calls with their answers, two lines each' : 'calls alone, a line each';
    printMeasures(
      `${what}, two patterns: read strictly from a trace file and judged`,
      measure([
        { name: 'JSON.parse of the lines alone', run: (count) => parseLines(count, answered) },
        { name: 'replay', run: (count) => replay(file, count) },
      ]),
      'call',
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
