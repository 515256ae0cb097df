import { isAbsolute } from 'node:path';
import {
  createLinter,
  LintError,
  type Linter,
  type LintOptions,
  type Preset,
  RULES,
} from '@agentpolicy/lint';
import ignore from 'ignore';
import type { Config, RuleOverrides } from '../config/config.ts';
import { CliError } from '../exit-status.ts';
import { relativeUnix } from '../files/repository.ts';
import { hadInput } from './ignores/rule-inputs.ts';

/** What the command line says about rules; it wins over the configuration. */
export interface RuleFlags {
  readonly preset: Preset | undefined;
  readonly rules: RuleOverrides;
  readonly tools: LintOptions['tools'];
  readonly publicKey: string | undefined;
}

/** The rules as they count for some files, and the linter that follows them. */
export interface RuleSettings {
  readonly preset: Preset;
  readonly rules: RuleOverrides;
  readonly linter: Linter;
  /** Whether a rule runs, and has what it needs to find anything. */
  readonly hasRun: (rule: string) => boolean;
}

/** The settings of a file, by its absolute path; undefined for a text that is no file. */
export type FindRuleSettings = (path: string | undefined) => RuleSettings;

/**
 * Combines configuration and command line. Files that the same overrides name share a linter.
 * @throws CliError where the command line names a rule that does not exist
 */
export function createRuleSettings(config: Config, flags: RuleFlags): FindRuleSettings {
  const matchers = config.overrides.map(({ files }) => ignore().add([...files]));
  const made = new Map<string, RuleSettings>();
  const find: FindRuleSettings = (path) => {
    const name = path === undefined ? '' : relativeUnix(config.folder, path);
    const isInside = name !== '' && !name.startsWith('../') && !isAbsolute(name);
    const matching = config.overrides.filter((_, index) => isInside && matchers[index]?.ignores(name));
    const key = matching.map((override) => config.overrides.indexOf(override)).join();
    let settings = made.get(key);
    if (settings === undefined) {
      settings = combine(config, matching, flags);
      made.set(key, settings);
    }
    return settings;
  };
  // A rule that the command line misspells is told before any file is read.
  find(undefined);
  return find;
}

function combine(config: Config, overrides: Config['overrides'], flags: RuleFlags): RuleSettings {
  const overridden = overrides.reduce<Preset | undefined>((last, { preset }) => preset ?? last, undefined);
  const preset = flags.preset ?? overridden ?? config.preset ?? 'recommended';
  const rules = [...overrides.map((override) => override.rules), flags.rules].reduce(
    mergeRules,
    config.rules,
  );
  const { tools, publicKey } = flags;
  const options: LintOptions = {
    preset,
    rules,
    ...(tools === undefined ? {} : { tools }),
    ...(publicKey === undefined ? {} : { publicKey }),
  };
  const hasRun = (rule: string): boolean =>
    severityOf({ preset, rules }, rule) !== 'off' && hadInput(rule, flags);
  try {
    return { preset, rules, linter: createLinter(options), hasRun };
  } catch (failure) {
    if (failure instanceof LintError) throw new CliError(failure.message, '`aip rules` lists the rules');
    throw failure;
  }
}

/** What the later one says wins; what it does not say stays. */
function mergeRules(before: RuleOverrides, after: RuleOverrides): RuleOverrides {
  const merged = { ...before };
  for (const [name, rule] of Object.entries(after)) {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    const options = { ...old?.options, ...rule.options };
    merged[name] = { ...old, ...rule, ...(Object.keys(options).length === 0 ? {} : { options }) };
  }
  return merged;
}

/** How a rule's findings count under the settings. */
export function severityOf({ preset, rules }: Pick<RuleSettings, 'preset' | 'rules'>, name: string): string {
  const override = Object.hasOwn(rules, name) ? rules[name]?.severity : undefined;
  return override ?? RULES.find(({ meta }) => meta.name === name)?.meta.severity[preset] ?? 'off';
}
