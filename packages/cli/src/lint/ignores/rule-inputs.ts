import type { RuleFlags } from '../rule-settings.ts';

/** Rules that are silent without something besides the policy: an ignore of theirs is not stale then. */
const NEEDED_INPUT: Readonly<Record<string, 'tools' | 'publicKey'>> = {
  'ambiguous-tool-name': 'tools',
  'schema-hash-mismatch': 'tools',
  'signature-mismatch': 'publicKey',
  'unknown-tool': 'tools',
};

/** Whether a rule had what it needs to find anything. */
export function hadInput(rule: string, flags: Pick<RuleFlags, 'tools' | 'publicKey'>): boolean {
  const needed = Object.hasOwn(NEEDED_INPUT, rule) ? NEEDED_INPUT[rule] : undefined;
  return needed === undefined || flags[needed] !== undefined;
}
