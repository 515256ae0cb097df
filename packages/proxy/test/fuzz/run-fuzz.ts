import { DEFAULT_ALLOWED_METHODS } from '@agentpolicy/core';
import type { Engine } from '@agentpolicy/engine';
import { createLineReader, type LineEvent, type Side } from '@agentpolicy/message';
import { NO_AUDIT } from '../../src/audit/sink.ts';
import { commitEffects } from '../../src/gateway/commit.ts';
import type { Effect } from '../../src/gateway/effects.ts';
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts';
import { makeEngine } from '../support/wire-gateway.ts';
import { findForbidden, findSecret } from './find-leak.ts';
import { createRandom, mutate } from './mutate.ts';

const SPEC = `
allowed_tools: [read]
tool_rules:
  - tool: fetch
    allow_args: {url: '^https://api\\.example/'}
protected_paths: ['~/.ssh']
dlp:
  patterns: [{name: key, regex: 'AKIA[A-Z0-9]{16}'}]
`;

/** The default list; whoever may initialize may discover (2026-07-28 has no handshake). */
const METHODS = new Set(
  [...DEFAULT_ALLOWED_METHODS, 'server/discover'].map((method) => method.toLowerCase()),
);
const MAX_LINE = 64 * 1024;
/** A connection ends after so many messages: what one leaves behind may matter to the next, what none leaves can't. */
const MESSAGES_A_CONNECTION = 40;

/** One recorded message. */
export interface Recorded {
  readonly from: Side;
  readonly text: string;
}

export interface FuzzCounts {
  readonly messages: number;
  /** Lines that came out on each side; a run in which nothing passes has shown nothing. */
  readonly toServer: number;
  readonly toClient: number;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly messages: number;
  readonly corpus: readonly Recorded[];
  /** Told now and then how many messages are done; ends the run by giving false. */
  readonly onProgress?: (done: number) => boolean;
}

/** A mutated message that the proxy did the wrong thing with, and how to make it again. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';

  constructor(seed: number, message: number, input: Buffer, problem: string) {
    super(
      `seed ${seed}, message ${message}: ${problem}\n  input (base64): ${input.toString('base64')}\n  input: ${JSON.stringify(input.toString('latin1'))}`,
    );
  }
}

/** Recorded messages, mutated, both ways through a gateway; each result is read by somebody else. */
export function runFuzz({ seed, messages, corpus, onProgress }: FuzzOptions): FuzzCounts {
  const random = createRandom(seed);
  const counts = { messages: 0, toServer: 0, toClient: 0 };
  const engine = makeEngine(SPEC);
  let wire = openWire(engine);
  for (; counts.messages < messages; counts.messages++) {
    if (counts.messages % MESSAGES_A_CONNECTION === 0) wire = openWire(engine);
    if (counts.messages % 5000 === 0 && onProgress?.(counts.messages) === false) break;
    const recorded = corpus[random(corpus.length)];
    if (recorded === undefined) throw new RangeError('there is nothing to mutate');
    // One in eight passes as it was: without open requests, no answer would ever get through.
    const bytes = Buffer.from(`${recorded.text}\n`);
    const input = random(8) === 0 ? bytes : Buffer.concat([mutate(bytes, random), Buffer.from('\n')]);
    try {
      const sent = wire.send(input, recorded.from, random(input.length + 1));
      counts.toServer += sent.server.length;
      counts.toClient += sent.client.length;
      for (const line of sent.server) demand(findForbidden(line, METHODS), line);
      // What the client said itself is no secret to it.
      if (recorded.from === 'server') for (const line of sent.client) demand(findSecret(line), line);
    } catch (failure) {
      const problem = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
      throw new FuzzFailure(seed, counts.messages, input, problem);
    }
  }
  return counts;
}

function demand(problem: string | null, line: string): void {
  if (problem !== null) throw new Error(`${problem}; what came out: ${JSON.stringify(line)}`);
}

interface Sent {
  readonly server: readonly string[];
  readonly client: readonly string[];
}

/** A gateway between two line readers, as the proxy has it. */
function openWire(engine: Engine): { send(bytes: Buffer, from: Side, cut: number): Sent } {
  const gateway = createGateway({ engine, verbose: false, filterTools: true });
  const readers = {
    client: createLineReader({ maxBytes: MAX_LINE }),
    server: createLineReader({ maxBytes: MAX_LINE }),
  };
  return {
    send(bytes, from, cut) {
      const reader = readers[from];
      const events = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      return carryOut(
        gateway,
        events.flatMap((event) => gateway.receive(event, from)),
      );
    },
  };
}

function carryOut(gateway: Gateway, effects: readonly Effect[]): Sent {
  const deliveries = commitEffects(effects, NO_AUDIT, gateway.withdraw);
  const to = (side: Side): string[] =>
    deliveries.flatMap((each) => (each.kind === 'send' && each.to === side ? [each.text] : []));
  return { server: to('server'), client: to('client') };
}

/** Cuts a stream at each of its bytes: the lines must be the same ones. */
export function findCutThatMatters(bytes: Buffer): number | null {
  const whole = readAll([bytes]);
  for (let cut = 0; cut <= bytes.length; cut++)
    if (readAll([bytes.subarray(0, cut), bytes.subarray(cut)]) !== whole) return cut;
  return null;
}

function readAll(chunks: readonly Buffer[]): string {
  const reader = createLineReader({ maxBytes: 1024 });
  const events: LineEvent[] = chunks.flatMap((chunk) => [...reader.push(chunk)]);
  return JSON.stringify([...events, ...reader.end()]);
}
