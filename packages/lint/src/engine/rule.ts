import type { Severity } from '@agentpolicy/core';
import type { FindingFix } from '../fixes/finding-fix.ts';
import type { PolicyModel } from '../model/policy-model.ts';
import type { RuleOptions } from './options.ts';
import type { Place } from './place.ts';

export const CATEGORIES = ['correctness', 'security', 'compatibility', 'style'] as const;
export type Category = (typeof CATEGORIES)[number];

export const PRESETS = ['recommended', 'strict', 'all'] as const;
export type Preset = (typeof PRESETS)[number];

export type RuleSeverity = Severity | 'off';

/** One option of a rule: its type, what it is without a configuration, and what it does. */
export type OptionSpec =
  | { readonly type: 'flag'; readonly default: boolean; readonly description: string }
  | {
      readonly type: 'integer';
      readonly default: number;
      readonly minimum: number;
      readonly description: string;
    }
  | { readonly type: 'strings'; readonly default: readonly string[]; readonly description: string };

export interface RuleMeta {
  /** Stable; the code of the rule's findings and the name of its folder. */
  readonly name: string;
  readonly category: Category;
  /** How its findings count in each preset. */
  readonly severity: Readonly<Record<Preset, RuleSeverity>>;
  /** Some of its findings carry a fix. */
  readonly fixable: boolean;
  /** One sentence, also the page's Summary. */
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
}

/** What a rule reports: symbolic places instead of lines, the severity is the configuration's. */
export interface Finding {
  readonly place: Place;
  /** One line, lower case, no full stop; the user's own text in `backticks`. */
  readonly message: string;
  readonly help?: string;
  readonly related?: readonly { readonly message: string; readonly place: Place }[];
  readonly fixes?: readonly FindingFix[];
}

/** A rule is data and a check. The check never throws and asks the model for everything that costs time. */
export interface Rule {
  readonly meta: RuleMeta;
  readonly check: (model: PolicyModel, options: RuleOptions) => Iterable<Finding>;
}

/** Where a rule's page stands, relative to the repository's root. */
export function getRulePage(name: string): string {
  return `docs/rules/${name}.md`;
}
