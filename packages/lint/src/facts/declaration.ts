import type { ArgumentModel, ToolRuleModel } from '../model/policy-model.ts';

/**
 * The pattern `^` in a strict rule: it says that the argument may be there, and nothing about its value. A strict
 * rule has no other way to admit an argument.
 */
export function isDeclaration({ strict }: ToolRuleModel, { pattern }: ArgumentModel): boolean {
  return strict && pattern.source === '^';
}

/** Some argument of the rule has a pattern that is meant to constrain its value. */
export function constrainsValues(rule: ToolRuleModel): boolean {
  return rule.arguments.some((argument) => !isDeclaration(rule, argument));
}
