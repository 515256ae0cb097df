import {
  type Diagnostic,
  EMPTY_OBJECT,
  getMember,
  type JsonObject,
  quoteJson,
  readJson,
} from '@agentpolicy/core';
import { createEngine, type Engine, EngineError, type Scanner } from '@agentpolicy/engine';
import { createLineReader, type LineReader, readLineMessage, type Side } from '@agentpolicy/message';
import { type Connection, createConnection, listLines } from '../judge/connection.ts';
import { createApprover } from '../judge/simulate-approval.ts';
import { loadPolicy } from '../policy/load-policy.ts';
import { createVirtualClock, type VirtualClock } from '../time/virtual-clock.ts';
import { compareJudged, compareLines, compareScan, type Difference, type Scanned } from './compare.ts';
import type { RawStep, RequestStep, ScanStep, Vector, VectorStep } from './vector.ts';

export type VectorOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly differences: readonly Difference[] }
  | { readonly kind: 'unsupported'; readonly reason: string };

const DEFAULT_MAX_LINE_BYTES = 16 * 1024 * 1024;

/** What stands for `policy: null`: it allows no tool. */
const NO_POLICY = 'apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nmetadata: { name: no-policy }\nspec: {}\n';

/** Runs one vector: its policy is compiled, and its messages are judged as the proxy would judge them. */
export function runVector(vector: Vector): VectorOutcome {
  if (vector.unsupported !== null) return { kind: 'unsupported', reason: vector.unsupported };
  const loaded = loadPolicy(vector.policy ?? NO_POLICY, `${vector.id}.policy.yaml`);
  if (vector.policyError !== null)
    return outcomeOf(comparePolicyError(vector, loaded.ok ? [] : loaded.diagnostics));
  if (!loaded.ok) {
    const got = loaded.diagnostics.map(describeDiagnostic).join('; ');
    return outcomeOf([{ step: null, what: 'policy', expected: 'accepted', got }]);
  }
  const { policyHash } = vector;
  const { hash } = loaded.table.policy;
  if (policyHash !== null && policyHash !== hash)
    return outcomeOf([{ step: null, what: 'policy hash', expected: policyHash, got: hash }]);
  const clock = createVirtualClock();
  try {
    const { home, cwd, foldCase, ownFiles } = vector.environment;
    const engine = createEngine(loaded.table, { clock: clock.now, home, cwd, foldCase, ownFiles });
    return outcomeOf(new VectorRun(vector, engine, clock).run());
  } catch (cause) {
    if (cause instanceof EngineError && cause.code === 'unsupported-feature')
      return { kind: 'unsupported', reason: cause.message };
    throw cause;
  }
}

function outcomeOf(differences: readonly Difference[]): VectorOutcome {
  return differences.length === 0 ? { kind: 'passed' } : { kind: 'failed', differences };
}

function describeDiagnostic({ code, location }: Diagnostic): string {
  const { line, column } = location.range.start;
  return `${code} at ${line}:${column}`;
}

function comparePolicyError(vector: Vector, diagnostics: readonly Diagnostic[]): Difference[] {
  const { policyError } = vector;
  if (policyError === null) return [];
  const { code, line, column } = policyError;
  const found = diagnostics.some(({ code: got, location: { range } }) => {
    if (got !== code) return false;
    if (line !== null && range.start.line !== line) return false;
    return column === null || range.start.column === column;
  });
  if (found) return [];
  const expected = `${code}${line === null ? '' : ` at ${line}${column === null ? '' : `:${column}`}`}`;
  const got = diagnostics.length === 0 ? 'accepted' : diagnostics.map(describeDiagnostic).join('; ');
  return [{ step: null, what: 'policy error', expected, got }];
}

/** The steps of one vector share an engine and a clock, and raw steps share a connection. */
class VectorRun {
  private readonly vector: Vector;
  private readonly engine: Engine;
  private readonly clock: VirtualClock;
  private readonly wire: Connection;
  private readonly readers: Readonly<Record<Side, LineReader>>;

  constructor(vector: Vector, engine: Engine, clock: VirtualClock) {
    this.vector = vector;
    this.engine = engine;
    this.clock = clock;
    this.wire = createConnection({ engine, approver: null, clock });
    const maxBytes = vector.environment.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES;
    this.readers = { client: createLineReader({ maxBytes }), server: createLineReader({ maxBytes }) };
  }

  run(): Difference[] {
    return this.vector.steps.flatMap((step, index) => {
      this.clock.advance(step.waitMs);
      const at = this.vector.steps.length === 1 ? null : index + 1;
      return this.runStep(step).map((difference) => ({ ...difference, step: at }));
    });
  }

  private runStep(step: VectorStep): Difference[] {
    switch (step.kind) {
      case 'request':
        return this.runRequest(step);
      case 'scan':
        return this.runScan(step);
      case 'raw':
        return this.runRaw(step);
    }
  }

  private runRequest(step: RequestStep): Difference[] {
    const approver = createApprover(step.userResponse);
    // Every step has a connection of its own: no id is taken, and no list of tools was seen.
    const connect = () => createConnection({ engine: this.engine, approver, clock: this.clock });
    for (let call = 0; call < step.previousCalls; call++) this.send(connect(), step);
    const judged = this.send(connect(), step);
    const [answer] = listLines(judged, 'client');
    return judged.flatMap((each) => compareJudged(step.expected, each, answer ?? null));
  }

  private send(connection: Connection, step: RequestStep) {
    const id = step.id === null ? '' : `"id":${step.id},`;
    const params = step.params === null ? '' : `,"params":${step.params}`;
    const text = `{"jsonrpc":"2.0",${id}"method":${quoteJson(step.method)}${params}}`;
    return connection.receive(readLineMessage({ kind: 'line', text, bytes: text.length }, 'client'));
  }

  private runScan(step: ScanStep): Difference[] {
    const { engine } = this;
    switch (step.source) {
      case 'response':
        return compareScan(step.expected, step.content, scanInResult(engine.responses, step.content));
      case 'stderr': {
        const scanner = engine.table.dlp?.filterStderr === true ? (engine.responses ?? engine.logs) : null;
        return compareScan(step.expected, step.content, scanner?.scanText(step.content) ?? null);
      }
      case 'log':
        return compareScan(step.expected, step.content, engine.logs?.scanText(step.content) ?? null);
    }
  }

  private runRaw(step: RawStep): Difference[] {
    const reader = this.readers[step.from];
    const events = [...reader.push(step.bytes), ...reader.push(Buffer.from('\n'))];
    const toServer: string[] = [];
    const toClient: string[] = [];
    const sent: string[] = [];
    const { maxDepth } = this.vector.environment;
    for (const event of events) {
      const message = readLineMessage(event, step.from, maxDepth === null ? {} : { maxDepth });
      const judged = this.wire.receive(message);
      sent.push(message.text);
      toServer.push(...listLines(judged, 'server'));
      toClient.push(...listLines(judged, 'client'));
    }
    return [
      ...compareLines('to the server', step.toServer, sent, toServer),
      ...compareLines('to the client', step.toClient, sent, toClient),
    ];
  }
}

/** What the scanner makes of a text inside a result; null where nothing is scanned. */
function scanInResult(scanner: Scanner | null, content: string): Scanned | null {
  if (scanner === null) return null;
  const text = `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":${quoteJson(content)}}]}}`;
  const message = toObject(text);
  const scan = scanner.scanMessage(message, text);
  if (scan.kind === 'clean') return { text: content, events: [] };
  if (scan.kind === 'refused') return { text: null, events: scan.events };
  return { text: readContent(toObject(scan.text)), events: scan.events };
}

function toObject(text: string): JsonObject {
  const read = readJson(text);
  return read.ok && read.value.kind === 'object' ? read.value : EMPTY_OBJECT;
}

function readContent(message: JsonObject): string | null {
  const result = getMember(message, 'result');
  const content = result?.kind === 'object' ? getMember(result, 'content') : undefined;
  const [item] = content?.kind === 'array' ? content.items : [];
  const text = item?.kind === 'object' ? getMember(item, 'text') : undefined;
  return text?.kind === 'string' ? text.value : null;
}
