import type { Preset, RuleSeverity } from './rule.ts';

type PresetSeverities = Readonly<Record<Preset, RuleSeverity>>;

/**
 * The ways in which a rule's findings can count. A rule picks one instead of three severities, so that the
 * presets stay ordered: `strict` never counts a finding less than `recommended`, nor `all` less than `strict`.
 */
export const SEVERITIES = {
  /** The policy can't mean this: it does not work, or opens what it set out to close. */
  fatal: { recommended: 'error', strict: 'error', all: 'error' },
  /** Most likely a hole or a mistake. */
  likely: { recommended: 'warning', strict: 'error', all: 'error' },
  /** True and worth a look, but often meant. */
  notable: { recommended: 'info', strict: 'warning', all: 'warning' },
  /** A demand that not every policy has to meet. */
  demanding: { recommended: 'off', strict: 'warning', all: 'warning' },
  /** A matter of taste. */
  taste: { recommended: 'off', strict: 'off', all: 'info' },
} as const satisfies Readonly<Record<string, PresetSeverities>>;
