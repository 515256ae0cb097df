import type { Engine } from '@agentpolicy/engine';
import { ProxySession } from '../support/session.ts';
import { request } from '../support/wire.ts';

/** One hostile or odd input from the client, and all that may come of it. */
export interface Probe {
  readonly name: string;
  /** Sent before, and not looked at: a handshake, for example. */
  readonly before?: readonly string[];
  readonly send: readonly (string | Uint8Array)[];
  /** The lines that reach the server. */
  readonly reached: readonly string[];
  /** The id and the error code (or `result`) of each answer, in order. */
  readonly answers: readonly (readonly [id: unknown, outcome: number | 'result'])[];
  /** The audited decisions, each with its method or tool. */
  readonly audit: readonly string[];
}

export interface ProbeOutcome {
  readonly reached: readonly string[];
  readonly answers: Probe['answers'];
  readonly audit: readonly string[];
}

const SENTINEL = 'sentinel';

/** Puts a probe to a proxy with a permissive server behind it. */
export async function runProbe(
  engine: Engine,
  probe: Probe,
  tools: readonly string[],
): Promise<ProbeOutcome> {
  const session = new ProxySession();
  try {
    session.startRecorder(engine, tools, { maxLineBytes: 4096 });
    const before = probe.before ?? [];
    for (const [at, line] of before.entries()) {
      session.send(line);
      await session.stdout.waitForLines(at + 1);
    }
    session.send(...probe.send, request(SENTINEL, 'ping'));
    // What comes through the server keeps its order: once the sentinel is answered, all before it is.
    await session.stdout.waitFor((text) => text.includes(`"id":"${SENTINEL}"`));
    await session.finish();
    return {
      reached: session
        .received()
        .split('\n')
        .slice(before.length)
        .filter((line) => line !== '' && !isSentinel(line)),
      answers: session.stdout
        .lines()
        .slice(before.length)
        .filter((line) => !isSentinel(line))
        .flatMap(readAnswers),
      audit: session
        .auditRecords()
        .slice(before.length)
        .filter((record) => record.id !== SENTINEL)
        .map(describe),
    };
  } finally {
    session.cleanUp();
  }
}

function isSentinel(line: string): boolean {
  return line.includes(`"id":"${SENTINEL}"`);
}

function readAnswers(line: string): Probe['answers'] {
  const parsed: unknown = JSON.parse(line);
  return (Array.isArray(parsed) ? parsed : [parsed]).map((answer) => [
    answer.id,
    answer.error?.code ?? 'result',
  ]);
}

function describe(record: Record<string, unknown>): string {
  return [record.decision ?? record.event, record.tool ?? record.method ?? '-', record.error_code]
    .filter((part) => part !== undefined)
    .join(' ');
}
