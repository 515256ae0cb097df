import type { CommandContext } from '../context.ts';
import { FAIL_ON } from '../diff/comparison.ts';
import { CliError } from '../exit-status.ts';
import type { CiFlags } from '../program/ci.ts';
import type { CiSettings } from './settings.ts';
import { STEPS, type StepName } from './step.ts';

/**
 * What the command line says.
 * @throws CliError for a value that is none
 */
export function readFlags(
  { environment }: CommandContext,
  paths: readonly string[],
  flags: CiFlags,
): CiSettings {
  return {
    paths,
    tests: flags.tests ?? ['.'],
    base: flags.base,
    head: flags.head,
    skip: (flags.skip ?? []).map(readStep),
    failOn: readFailOn(flags.failOn),
    traces: flags.traces ?? [],
    acknowledged: flags.acknowledged,
    coverage: flags.coverage,
    coverageThreshold: flags.coverageThreshold,
    sarif: flags.sarif,
    junit: flags.junit,
    markdown: flags.markdown,
    comment: flags.comment === true,
    commentKey: flags.commentKey,
    uploadSarif: flags.uploadSarif === true,
    token: environment.GITHUB_TOKEN,
  };
}

/**
 * What the inputs of the GitHub Action say, as `action.yml` declares them; an empty one says nothing.
 * @throws CliError for a value that is none
 */
export function readActionInputs({ environment }: CommandContext): CiSettings {
  const input = (name: string): string | undefined => {
    const value = environment[`INPUT_${name.toUpperCase()}`]?.trim();
    return value === undefined || value === '' ? undefined : value;
  };
  const list = (name: string): readonly string[] =>
    (input(name) ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const flag = (name: string): boolean => {
    const value = input(name) ?? 'true';
    if (value === 'true' || value === 'false') return value === 'true';
    throw new CliError(`the input \`${name}\` is \`${value}\`, neither true nor false`);
  };
  const tests = list('tests');
  return {
    paths: list('paths'),
    tests: tests.length === 0 ? ['.'] : tests,
    base: input('base'),
    head: input('head'),
    skip: list('skip').map(readStep),
    failOn: readFailOn(input('fail-on') ?? 'widened'),
    traces: list('traces'),
    acknowledged: input('acknowledged'),
    coverage: flag('coverage'),
    coverageThreshold: input('coverage-threshold'),
    sarif: input('sarif'),
    junit: input('junit'),
    markdown: input('markdown'),
    comment: flag('comment'),
    commentKey: input('comment-key') ?? 'default',
    uploadSarif: flag('upload-sarif'),
    token: input('token'),
  };
}

function readStep(name: string): StepName {
  const step = STEPS.find((each) => each === name);
  if (step === undefined) throw new CliError(`there is no step \`${name}\``, `there are ${STEPS.join(', ')}`);
  return step;
}

/** Told before any step runs. */
function readFailOn(value: string): string {
  if (FAIL_ON.some((each) => each === value)) return value;
  throw new CliError(`\`--fail-on ${value}\` is none of ${FAIL_ON.join(', ')}`);
}
