import { areEqual } from '@agentpolicy/analysis';
import { type DecisionTable, readJson, toJsonNode } from '@agentpolicy/core';
import { createEngine } from '@agentpolicy/engine';
import { TestRunnerError } from '../errors/test-runner-error.ts';
import { findFiles } from '../files/find-files.ts';
import { HANDLED_FEATURES } from '../judge/handled-features.ts';
import type { Judged } from '../judge/judgement.ts';
import { loadPolicy } from '../policy/load-policy.ts';
import { type ReadyPolicy, readPolicyFile } from '../policy/read-policy-file.ts';
import { planSuite, readTest, SUITE_ENDING } from '../suite/plan-tests.ts';
import { resolvePath } from '../suite/read-suite.ts';
import { suiteSteps } from '../suite/run-suite.ts';
import { joinParts, type ReadyTest } from '../suite/suite-part.ts';
import type { SuiteResult } from '../suite/test-report.ts';
import { advise } from './advise.ts';
import { listMutants, type Mutant } from './list-mutants.ts';
import type { MutantResult, MutationReport, PolicyMutations } from './mutation-report.ts';

/** The suites of one policy. */
interface Group {
  readonly policy: ReadyPolicy;
  readonly suites: ReadyTest[];
  /** Tools that were called and that the policy does not name. */
  readonly unlisted: Set<string>;
}

/**
 * Changes the policies of suites as mistakes would, one at a time, and tells which of the mistakes no suite notices.
 * What means the same as the policy is recognised and left out.
 * @throws TestRunnerError as runTests does, and `not-a-suite` where a suite's policy is a compiled table.
 */
export function runMutations(
  paths: readonly string[],
  options: { readonly onProgress?: (done: number, total: number) => void } = {},
): MutationReport {
  const groups = new Map<string, Group>();
  const failing: SuiteResult[] = [];
  for (const file of findFiles(paths, [SUITE_ENDING])) {
    if (!file.endsWith(SUITE_ENDING))
      throw new TestRunnerError('not-a-suite', `\`${file}\` is no suite: suites end in ${SUITE_ENDING}`);
    const result = joinGroup(file, groups);
    if (result.outcome !== 'passed') failing.push(result);
  }
  if (failing.length > 0) return { outcome: 'failed', failing, policies: [] };
  const prepared = [...groups.values()].map((group) => ({ group, mutants: listGroupMutants(group) }));
  const total = prepared.reduce((sum, { mutants }) => sum + mutants.length, 0);
  let done = 0;
  const policies = prepared.map(
    ({ group, mutants }): PolicyMutations => ({
      policy: group.policy.file,
      mutants: mutants.map((mutant) => {
        const result = tryMutant(mutant, group);
        options.onProgress?.(++done, total);
        return result;
      }),
    }),
  );
  return { outcome: total === 0 ? 'nothing' : 'done', failing, policies };
}

/** Runs a suite as it is, and puts it to the others of its policy. */
function joinGroup(file: string, groups: Map<string, Group>): SuiteResult {
  const read = readTest(file, undefined).reading;
  if (!read.ok)
    return { file, policy: null, outcome: 'failed', cases: [], traces: [], problems: read.problems };
  const { suite } = read;
  const path = resolvePath(suite, suite.policy.path);
  if (path.endsWith('.aip.json'))
    throw new TestRunnerError(
      'not-a-suite',
      `\`${path}\` is compiled: mistakes are made in a policy's own text`,
    );
  const test = { ...planSuite(suite, null), suite };
  const reading = readPolicyFile(path, suite.policy.place);
  if (!reading.ok)
    return { file, policy: path, outcome: 'failed', cases: [], traces: [], problems: reading.problems };
  const group = groups.get(path) ?? { policy: reading.policy, suites: [], unlisted: new Set() };
  groups.set(path, group);
  group.suites.push(test);
  return runSuite(test, group.policy, ({ reason, tool }) => {
    if (reason.kind === 'not-listed' && tool !== null) group.unlisted.add(tool);
  });
}

/** Runs a suite with a policy that may be another than its own. */
function runSuite(
  test: ReadyTest,
  policy: ReadyPolicy,
  onJudged: ((judged: Judged) => void) | null,
): SuiteResult {
  const { suite, traces } = test;
  const steps = suiteSteps(suite, {
    policy,
    traces: traces.map((trace) => trace.file),
    withCalls: true,
    filter: [],
    withSnapshot: suite.snapshot !== null,
    withCoverage: false,
    onJudged,
    onFailure: null,
  });
  for (;;) {
    const step = steps.next();
    if (step.done === true) return joinParts(test, [step.value], { filter: [], onSnapshot: null });
  }
}

function listGroupMutants({ policy, unlisted }: Group): readonly Mutant[] {
  const { source } = policy;
  if (source === null) return [];
  const root = readJson(source);
  return root.ok && root.value.kind === 'object' ? listMutants(source, root.value, [...unlisted]) : [];
}

function tryMutant(mutant: Mutant, group: Group): MutantResult {
  const { operator, pointer, before, after } = mutant;
  const place = group.policy.locate(pointer);
  const base = { operator, pointer, place, before, after, killedBy: null, advice: null };
  const loaded = loadPolicy(mutant.text, 'mutant.json');
  if (!loaded.ok) return { ...base, status: 'invalid' };
  const policy: ReadyPolicy = { ...group.policy, table: loaded.table };
  for (const suite of group.suites) {
    const result = runSuite(suite, policy, null);
    if (result.outcome === 'passed') continue;
    const noticed = result.cases.find((each) => each.outcome === 'failed');
    return { ...base, status: 'killed', killedBy: `${suite.file}: ${noticed?.name ?? 'a problem'}` };
  }
  const confirm = makeConfirm(group, loaded.table);
  const { answer, diff } = areEqual(group.policy.table, loaded.table, { confirm });
  if (answer === 'yes') return { ...base, status: 'equivalent' };
  return { ...base, status: 'survived', advice: advise(mutant, diff.differences, group.policy.table) };
}

/** Tries an example with engines of both policies, in the place that the first suite names. */
function makeConfirm({ policy, suites }: Group, mutated: DecisionTable) {
  const decide = (table: DecisionTable, tool: string, args: Readonly<Record<string, string>>): string => {
    const environment = suites[0]?.suite.environment;
    const engine = createEngine(table, {
      clock: () => 0,
      home: environment?.home ?? '/',
      cwd: environment?.cwd ?? '/',
      foldCase: environment?.foldCase ?? false,
      ownFiles: environment?.ownFiles ?? [],
      handles: HANDLED_FEATURES,
    });
    const node = toJsonNode(args);
    return node.kind === 'object'
      ? engine.decideToolCall({ name: tool, args: node }).decision.toLowerCase()
      : '';
  };
  return (claim: {
    tool: string;
    arguments: Readonly<Record<string, string>>;
    from: string;
    to: string;
  }): boolean =>
    decide(policy.table, claim.tool, claim.arguments) === claim.from &&
    decide(mutated, claim.tool, claim.arguments) === claim.to;
}
