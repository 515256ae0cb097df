import { relative, resolve } from 'node:path';
import { LintError, PRESETS, type RecordedTool, readToolList } from '@agentpolicy/lint';
import type { Config, RuleOverrides } from '../config/config.ts';
import { RULE_SEVERITIES } from '../config/read-rules.ts';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { MAX_GENERATED, readRegularText } from '../files/read-regular-file.ts';
import type { FixSafety } from './fix/choose-fixes.ts';
import type { RuleFlags } from './rule-settings.ts';
import { FAIL_LEVELS, type Tolerance } from './verdict.ts';

/** The options of `aip lint` as the command line has them. */
export interface LintFlags {
  readonly format?: readonly string[];
  readonly preset?: string;
  readonly rule?: readonly string[];
  /** False for `--no-config`. */
  readonly config?: string | false;
  readonly printConfig?: boolean;
  readonly fix?: FixSafety;
  readonly fixDryRun?: boolean;
  /** False for `--no-ignores`. */
  readonly ignores?: boolean;
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly maxWarnings?: string;
  readonly failLevel?: string;
  readonly tools?: string;
  readonly publicKey?: string;
  readonly stdinFilename?: string;
}

/** What the run may find and still succeed; the command line wins over the configuration. */
export function readTolerance(config: Config, flags: LintFlags): Tolerance {
  const failLevel =
    flags.failLevel === undefined
      ? config.failLevel
      : readChoice('--fail-level', flags.failLevel, FAIL_LEVELS);
  const maxWarnings = flags.maxWarnings === undefined ? config.maxWarnings : readCount(flags.maxWarnings);
  return {
    ...(failLevel === undefined ? {} : { failLevel }),
    ...(maxWarnings === undefined ? {} : { maxWarnings }),
  };
}

function readChoice<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((each) => each === value);
  if (choice === undefined) throw new CliError(`\`${option} ${value}\` is none of ${choices.join(', ')}`);
  return choice;
}

function readCount(value: string): number {
  if (/^[0-9]{1,9}$/.test(value)) return Number(value);
  throw new CliError(`\`--max-warnings ${value}\` is no whole number of at least 0`);
}

/**
 * What the command line says about rules, with the files that it or the configuration names.
 * @throws CliError for a value that is none, and for a file that can't be read
 */
export function readRuleFlags(context: CommandContext, config: Config, flags: LintFlags): RuleFlags {
  const tools =
    flags.tools ?? (config.tools === undefined ? undefined : fromConfig(context, config, config.tools));
  return {
    preset: flags.preset === undefined ? undefined : readChoice('--preset', flags.preset, PRESETS),
    rules: readRuleSeverities(flags.rule ?? []),
    tools: tools === undefined ? undefined : readTools(context, tools),
    publicKey: flags.publicKey === undefined ? undefined : readFile(context, flags.publicKey),
  };
}

/** A path of the configuration as it is from the working directory. */
export function fromConfig(context: CommandContext, config: Config, path: string): string {
  return relative(context.cwd, resolve(config.folder, path));
}

function readRuleSeverities(values: readonly string[]): RuleOverrides {
  return Object.fromEntries(
    values.map((value) => {
      const at = value.indexOf('=');
      if (at <= 0) {
        throw new CliError(`\`--rule ${value}\` gives no severity`, 'for example: --rule monitor-mode=off');
      }
      return [
        value.slice(0, at),
        { severity: readChoice('--rule NAME', value.slice(at + 1), RULE_SEVERITIES) },
      ];
    }),
  );
}

function readTools(context: CommandContext, path: string): readonly RecordedTool[] {
  try {
    return readToolList(readFile(context, path), path);
  } catch (failure) {
    if (failure instanceof LintError) throw new CliError(failure.message);
    throw failure;
  }
}

function readFile(context: CommandContext, path: string): string {
  return readRegularText(resolve(context.cwd, path), MAX_GENERATED, { what: `\`${path}\`` });
}
