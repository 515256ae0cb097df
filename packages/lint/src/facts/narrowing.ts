import type { FindingFix } from '../fixes/finding-fix.ts';
import type { PolicyModel, ToolRuleModel } from '../model/policy-model.ts';

/**
 * Whether a fix that makes a rule accept fewer arguments permits nothing new. In monitor mode it may: a call that
 * fails its rule is forwarded, and one that passes a rule with `action: ask` is asked about.
 */
export function getNarrowingSafety({ spec }: PolicyModel, { action }: ToolRuleModel): FindingFix['safety'] {
  return spec.mode === 'monitor' && action === 'ask' ? 'unsafe' : 'safe';
}
