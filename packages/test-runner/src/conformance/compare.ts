import { canonicalizeJson, getMember, type JsonNode, readJson } from '@agentpolicy/core';
import type { DlpEvent } from '@agentpolicy/engine';
import { isAtOrBelow, type Judged } from '../judge/judgement.ts';
import type { RawExpectation, RequestExpectation, ScanExpectation, VectorDecision } from './vector.ts';

/** One thing that is not as a vector says. */
export interface Difference {
  /** Counted from 1; null where the vector has one step only. */
  readonly step: number | null;
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

/** What came of a scan. */
export interface Scanned {
  /** Null where the message was refused. */
  readonly text: string | null;
  readonly events: readonly DlpEvent[];
}

/** Collects what differs. Values are compared and shown as text. */
class Differences {
  readonly found: Difference[] = [];

  compare(what: string, expected: unknown, got: unknown): void {
    if (expected === undefined || expected === got) return;
    this.found.push({ step: null, what, expected: show(expected), got: show(got) });
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? 'nothing' : JSON.stringify(value);
}

/** The public suite's decisions: a protected path is a BLOCK with a code of its own. */
function isDecision(expected: VectorDecision, judged: Judged): boolean {
  if (expected !== 'PROTECTED_PATH') return expected === judged.decision;
  return judged.decision === 'BLOCK' && judged.reason.kind === 'protected-path';
}

/** Compares what became of a message with what a vector expects. `answer` is the line that the client got. */
export function compareJudged(
  expected: RequestExpectation,
  judged: Judged,
  answer: string | null,
): Difference[] {
  const differences = new Differences();
  if (expected.decision !== undefined && !isDecision(expected.decision, judged))
    differences.compare('decision', expected.decision, judged.decision);
  differences.compare('error_code', expected.errorCode, judged.error?.code ?? null);
  differences.compare('error_message', expected.errorMessage, judged.error?.message ?? null);
  differences.compare('violation', expected.violation, judged.violation);
  if (!isAtOrBelow(expected.rule, judged.pointer)) differences.compare('rule', expected.rule, judged.pointer);
  differences.compare('reason', expected.reason, judged.reason.kind);
  const argument = 'argument' in judged.reason ? judged.reason.argument : null;
  differences.compare('argument', expected.argument, argument);
  const read = answer === null ? undefined : readJson(answer);
  const root = read?.ok === true ? read.value : undefined;
  if (expected.responseFormat !== undefined && !hasMembers(root, expected.responseFormat))
    differences.compare('response_format', canonicalizeJson(expected.responseFormat), answer ?? 'no answer');
  if (expected.errorData !== undefined && !hasMembers(readErrorData(root), expected.errorData))
    differences.compare('error_data', canonicalizeJson(expected.errorData), answer ?? 'no answer');
  for (const text of expected.answerLacks ?? []) {
    if (answer?.includes(text) === true)
      differences.compare('answer_lacks', `nothing of \`${text}\``, answer);
  }
  return differences.found;
}

function readErrorData(answer: JsonNode | undefined): JsonNode | undefined {
  const error = answer?.kind === 'object' ? getMember(answer, 'error') : undefined;
  return error?.kind === 'object' ? getMember(error, 'data') : undefined;
}

/** The value has every member of the expected one, at any depth; everything but objects is equal. */
function hasMembers(value: JsonNode | undefined, expected: JsonNode): boolean {
  if (value === undefined) return false;
  if (expected.kind !== 'object') return canonicalizeJson(value) === canonicalizeJson(expected);
  if (value.kind !== 'object') return false;
  return expected.members.every((member) => hasMembers(getMember(value, member.key), member.value));
}

/** Compares what a scan made of a text; `scanned` is null where the policy scans nothing there. */
export function compareScan(
  expected: ScanExpectation,
  content: string,
  scanned: Scanned | null,
): Difference[] {
  const differences = new Differences();
  const text = scanned === null ? content : scanned.text;
  differences.compare('redacted', expected.redacted, text !== content);
  differences.compare('output', expected.output, text ?? 'refused');
  if (expected.events !== undefined) {
    const got = countEvents(scanned?.events ?? []);
    differences.compare('dlp_events', countEvents(expected.events), got);
  }
  return differences.found;
}

function countEvents(events: readonly DlpEvent[]): string {
  const counts = new Map<string, number>();
  for (const { rule, count } of events) counts.set(rule, (counts.get(rule) ?? 0) + count);
  return [...counts].map(([rule, count]) => `${rule} x${count}`).join(', ') || 'none';
}

/** Compares the lines that reached one side. */
export function compareLines(
  what: string,
  expected: RawExpectation,
  sent: readonly string[],
  got: readonly string[],
): Difference[] {
  const differences = new Differences();
  const line = got.join('\n');
  const shown = got.length === 0 ? 'nothing' : line;
  switch (expected.kind) {
    case 'nothing':
      differences.compare(what, 'nothing', shown);
      break;
    case 'same':
      differences.compare(what, sent.join('\n'), shown);
      break;
    case 'text':
      differences.compare(what, expected.text, shown);
      break;
    case 'like': {
      const read = got.length === 1 ? readJson(line) : undefined;
      if (read?.ok !== true || !hasMembers(read.value, expected.value))
        differences.compare(what, canonicalizeJson(expected.value), shown);
    }
  }
  return differences.found;
}
