import { findNearestName } from '@agentpolicy/spec';
import { LintError } from '../lint-error.ts';
import { type RuleOptions, readOptions } from './options.ts';
import { PRESETS, type Preset, type Rule, type RuleSeverity } from './rule.ts';

/** What a configuration says about one rule; what it leaves out is the preset's. */
export interface RuleOverride {
  readonly severity?: RuleSeverity;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A rule as it will run. Rules that are off are not here. */
export interface ActiveRule {
  readonly rule: Rule;
  readonly severity: Exclude<RuleSeverity, 'off'>;
  readonly options: RuleOptions;
}

const SEVERITY_VALUES: readonly string[] = ['error', 'warning', 'info', 'off'];

/**
 * Works out which rules run, how their findings count, and with which options.
 * @throws LintError `unknown-rule`, `unknown-option` or `bad-option`
 */
export function resolveSettings(
  rules: readonly Rule[],
  preset: Preset,
  overrides: Readonly<Record<string, RuleOverride>>,
): readonly ActiveRule[] {
  if (!PRESETS.includes(preset)) {
    throw new LintError('bad-option', `no preset \`${preset}\`: there are ${PRESETS.join(', ')}`);
  }
  const names = new Set(rules.map((rule) => rule.meta.name));
  for (const name of Object.keys(overrides)) {
    if (!names.has(name)) throw unknownRule(name, [...names]);
  }
  return rules.flatMap((rule): readonly ActiveRule[] => {
    const { name } = rule.meta;
    const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    const severity = override?.severity ?? rule.meta.severity[preset];
    if (!SEVERITY_VALUES.includes(severity)) {
      throw new LintError('bad-option', `severity of rule \`${name}\` must be error, warning, info or off`);
    }
    const options = readOptions(rule.meta, override?.options ?? {});
    return severity === 'off' ? [] : [{ rule, severity, options }];
  });
}

function unknownRule(name: string, known: readonly string[]): LintError {
  const near = findNearestName(name, known);
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
  return new LintError('unknown-rule', `there is no rule \`${name}\`${hint}`);
}
