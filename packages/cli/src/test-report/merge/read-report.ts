import {
  type CallFailure,
  type CaseResult,
  COVERAGE_KINDS,
  type CoverageItem,
  type Place,
  type PolicyCoverage,
  type Problem,
  type SuiteResult,
  type TestReport,
} from '@agentpolicy/test-runner';
import { CliError } from '../../exit-status.ts';
import { REPORT_VERSION } from '../json.ts';
import { choice, list, number, object, orNull, type Shape, ShapeError, text } from './shapes.ts';

const OUTCOMES = ['passed', 'failed', 'nothing'] as const;

const place: Shape<Place> = object((get) => ({
  file: get('file', text),
  line: get('line', number),
  ...(get.has('column') ? { column: get('column', number) } : {}),
}));

const problem: Shape<Problem> = object((get) => ({
  code: get('code', text),
  message: get('message', text),
  place: get('place', place),
  ...(get.has('help') ? { help: get('help', text) } : {}),
}));

const failure: Shape<CallFailure> = object((get) => ({
  at: get('at', place),
  call: get(
    'call',
    object((call) => ({
      session: call('session', text),
      id: call('id', orNull(text)),
      method: call('method', orNull(text)),
      tool: call('tool', orNull(text)),
      args: call('args', orNull(text)),
    })),
  ),
  mismatches: get(
    'mismatches',
    list(
      object((each) => ({
        what: each('what', text),
        expected: each('expected', text),
        got: each('got', text),
      })),
    ),
  ),
  reason: get('reason', text),
  rule: get(
    'rule',
    orNull(object((rule) => ({ pointer: rule('pointer', text), place: rule('place', orNull(place)) }))),
  ),
  argument: get(
    'argument',
    orNull(
      object((argument) => ({
        name: argument('name', text),
        pattern: argument('pattern', orNull(text)),
        value: argument('value', orNull(text)),
        matchedUntil: argument('matchedUntil', orNull(number)),
      })),
    ),
  ),
  nearest: get(
    'nearest',
    orNull(
      object((near) => ({
        tool: near('tool', text),
        pointer: near('pointer', text),
        place: near('place', orNull(place)),
      })),
    ),
  ),
}));

const result: Shape<CaseResult> = object((get) => ({
  name: get('name', text),
  place: get('place', place),
  outcome: get('outcome', choice(['passed', 'failed'])),
  matched: get('matched', number),
  failed: get('failed', number),
  failures: get('failures', list(failure)),
  complaint: get('complaint', orNull(text)),
  changes: get(
    'changes',
    list(
      object((change) => ({
        trace: change('trace', text),
        before: change('before', orNull(text)),
        after: change('after', orNull(text)),
      })),
    ),
  ),
}));

const suite: Shape<SuiteResult> = object((get) => ({
  file: get('file', text),
  policy: get('policy', orNull(text)),
  outcome: get('outcome', choice(OUTCOMES)),
  cases: get('cases', list(result)),
  traces: get(
    'traces',
    list(
      object((trace) => ({
        file: trace('file', text),
        lines: trace('lines', number),
        messages: trace('messages', number),
        toolCalls: trace('toolCalls', number),
        sessions: trace('sessions', number),
        problems: trace('problems', number),
      })),
    ),
  ),
  ...(get.has('calls') ? { calls: get('calls', number) } : {}),
  problems: get('problems', list(problem)),
}));

const item: Shape<CoverageItem> = object((get) => ({
  kind: get('kind', choice(COVERAGE_KINDS)),
  name: get('name', text),
  pointer: get('pointer', text),
  place: get('place', orNull(place)),
  outcomes: get(
    'outcomes',
    list(object((outcome) => ({ name: outcome('name', text), count: outcome('count', number) }))),
  ),
}));

const coverage: Shape<PolicyCoverage> = object((get) => ({
  policy: get('policy', text),
  items: get('items', list(item)),
}));

const report: Shape<TestReport> = object((get) => {
  if (get('version', number) !== REPORT_VERSION) throw new ShapeError('it has another version');
  return {
    outcome: get('outcome', choice(OUTCOMES)),
    suites: get('suites', list(suite)),
    notRun: get('notRun', list(text)),
    shard: get(
      'shard',
      orNull(object((shard) => ({ index: shard('index', number), count: shard('count', number) }))),
    ),
    coverage: get('coverage', list(coverage)),
  };
});

/**
 * Reads a report that `aip test --format json` wrote.
 * @throws CliError where it is none
 */
export function readTestReport(json: string, file: string): TestReport {
  try {
    return report(JSON.parse(json), '');
  } catch (failure) {
    if (!(failure instanceof ShapeError) && !(failure instanceof SyntaxError)) throw failure;
    const help = 'make it with: aip test --shard I/N --format json=FILE';
    throw new CliError(`\`${file}\` is no report of \`aip test\`: ${failure.message}`, help);
  }
}
