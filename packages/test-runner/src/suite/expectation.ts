import { isAtOrBelow, type Judged } from '../judge/judgement.ts';
import type { Problem } from '../problem.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import type { YamlValue } from '../yaml/read-yaml.ts';

export const EXPECTED_DECISIONS = ['allow', 'block', 'ask', 'rate_limited'] as const;

export type ExpectedDecision = (typeof EXPECTED_DECISIONS)[number];

/** What must become of a call. What is absent is not compared. */
export interface Expectation {
  readonly decision?: ExpectedDecision;
  /** Null: there must be no error. */
  readonly errorCode?: number | null;
  readonly violation?: boolean;
  /** JSON pointer into the policy of the entry that must decide, or of one that holds it; null: none must. */
  readonly rule?: string | null;
  /** The argument that must fail. */
  readonly argument?: string;
  /** For example `not-listed`; see the engine's reasons. */
  readonly reason?: string;
  /** The names of the DLP patterns that must be found in the answer; none where the list is empty. */
  readonly redacted?: readonly string[];
}

/** One thing that is not as expected. */
export interface Mismatch {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

const KEYS = ['decision', 'error_code', 'violation', 'rule', 'argument', 'reason', 'redacted'];

/** Reads an expectation: a decision, or a map with at least one thing to compare. */
export function readExpectation(value: YamlValue, problems: Problem[]): Expectation | undefined {
  if (value.kind === 'scalar' && typeof value.value === 'string') {
    const decision = EXPECTED_DECISIONS.find((each) => each === value.value);
    if (decision !== undefined) return { decision };
    const message = `an expected decision is one of ${EXPECTED_DECISIONS.join(', ')}, not \`${value.value}\``;
    problems.push({ code: 'wrong-type', message, place: value.place });
    return undefined;
  }
  const fields = readFields(value, KEYS, problems, '`expect`');
  if (fields === undefined) return undefined;
  if (fields.map.entries.length === 0)
    problems.push({ code: 'nothing-to-check', message: '`expect` expects nothing', place: value.place });
  return readExpectationFields(fields);
}

function readExpectationFields(fields: Fields): Expectation {
  const decision = fields.choice('decision', EXPECTED_DECISIONS);
  const errorCode = fields.isNull('error_code') ? null : fields.number('error_code');
  const violation = fields.boolean('violation');
  const rule = fields.isNull('rule') ? null : fields.string('rule');
  const argument = fields.string('argument');
  const reason = fields.string('reason');
  const redacted = fields.strings('redacted');
  return {
    ...(decision === undefined ? {} : { decision }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(violation === undefined ? {} : { violation }),
    ...(rule === undefined ? {} : { rule }),
    ...(argument === undefined ? {} : { argument }),
    ...(reason === undefined ? {} : { reason }),
    ...(redacted === undefined ? {} : { redacted }),
  };
}

/** How a suite writes each decision. */
export const DECISIONS: Readonly<Record<Judged['decision'], ExpectedDecision>> = {
  ALLOW: 'allow',
  BLOCK: 'block',
  ASK: 'ask',
  RATE_LIMITED: 'rate_limited',
};

/** Compares everything but `redacted`, which the answer tells. */
export function compareDecision(expected: Expectation, judged: Judged): Mismatch[] {
  const found: Mismatch[] = [];
  const compare = (what: string, wanted: unknown, got: unknown): void => {
    if (wanted !== undefined && wanted !== got) found.push({ what, expected: show(wanted), got: show(got) });
  };
  compare('decision', expected.decision, DECISIONS[judged.decision]);
  compare('error code', expected.errorCode, judged.error?.code ?? null);
  compare('violation', expected.violation, judged.violation);
  if (!isAtOrBelow(expected.rule, judged.pointer)) compare('rule', expected.rule, judged.pointer);
  compare('argument', expected.argument, 'argument' in judged.reason ? judged.reason.argument : null);
  compare('reason', expected.reason, judged.reason.kind);
  return found;
}

/** Compares the patterns that were found in an answer; `answer` is null where none was recorded. */
export function compareRedaction(expected: Expectation, answer: Judged | null): Mismatch[] {
  if (expected.redacted === undefined) return [];
  const wanted = [...new Set(expected.redacted)].sort().join(', ') || 'nothing';
  const got =
    answer === null
      ? 'no answer in the trace'
      : [...new Set(answer.events.map((event) => event.rule))].sort().join(', ') || 'nothing';
  return wanted === got ? [] : [{ what: 'redacted', expected: wanted, got }];
}

function show(value: unknown): string {
  return value === null ? 'none' : String(value);
}
