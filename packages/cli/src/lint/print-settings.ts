import { relative } from 'node:path';
import { RULES } from '@agentpolicy/lint';
import type { Config } from '../config/config.ts';
import type { CommandContext } from '../context.ts';
import { type RuleSettings, severityOf } from './rule-settings.ts';
import type { Tolerance } from './verdict.ts';

/** What counts after configuration, overrides and command line, as JSON: every rule with all its options. */
export function describeSettings(
  context: CommandContext,
  config: Config,
  settings: RuleSettings,
  tolerance: Tolerance,
): string {
  const rules = RULES.map(({ meta }) => {
    const configured = Object.hasOwn(settings.rules, meta.name) ? settings.rules[meta.name]?.options : {};
    const defaults = Object.entries(meta.options).map(([name, option]) => [name, option.default]);
    return [
      meta.name,
      {
        severity: severityOf(settings, meta.name),
        options: { ...Object.fromEntries(defaults), ...configured },
      },
    ];
  });
  const shown = {
    config: config.path === undefined ? null : relative(context.cwd, config.path),
    roots: config.roots,
    preset: settings.preset,
    fail_level: tolerance.failLevel ?? 'warning',
    max_warnings: tolerance.maxWarnings ?? null,
    baseline: config.baseline ?? null,
    tools: config.tools ?? null,
    rules: Object.fromEntries(rules),
  };
  return JSON.stringify(shown, null, 2);
}
