import type { Preset, RuleOverride } from '@agentpolicy/lint';
import type { FailLevel } from '../lint/verdict.ts';

export const CONFIG_NAME = 'aip.config.yaml';

export type RuleOverrides = Readonly<Record<string, RuleOverride>>;

/** Other settings for some files. */
export interface ConfigOverride {
  /** As in a `.gitignore`, relative to the configuration's folder. */
  readonly files: readonly string[];
  readonly preset: Preset | undefined;
  readonly rules: RuleOverrides;
}

/** What `aip.config.yaml` says; without one, nothing. */
export interface Config {
  /** The file; undefined where there is none. */
  readonly path: string | undefined;
  /** What its paths and patterns are relative to. */
  readonly folder: string;
  /** What is linted where the command line names nothing. */
  readonly roots: readonly string[];
  readonly preset: Preset | undefined;
  readonly rules: RuleOverrides;
  readonly overrides: readonly ConfigOverride[];
  readonly failLevel: FailLevel | undefined;
  readonly maxWarnings: number | undefined;
  readonly baseline: string | undefined;
  readonly tools: string | undefined;
}

/** The configuration of a folder that has none. */
export function createEmptyConfig(folder: string): Config {
  return {
    path: undefined,
    folder,
    roots: [],
    preset: undefined,
    rules: {},
    overrides: [],
    failLevel: undefined,
    maxWarnings: undefined,
    baseline: undefined,
    tools: undefined,
  };
}
