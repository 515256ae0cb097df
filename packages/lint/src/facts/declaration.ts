import type { ArgumentModel, ToolRuleModel } from '../model/policy-model.ts';
import { splitWords } from './words.ts';

/**
 * The pattern `^` in a strict rule: it says that the argument may be there, and nothing about its value. A strict
 * rule has no other way to admit an argument.
 */
export function isDeclaration({ strict }: ToolRuleModel, { pattern }: ArgumentModel): boolean {
  return strict && pattern.source === '^';
}

/** Words of arguments that say how a tool does its work, not what it does. */
const SIDE_WORDS: ReadonlySet<string> = new Set([
  'background',
  'cwd',
  'description',
  'dir',
  'directory',
  'encoding',
  'env',
  'environment',
  'folder',
  'format',
  'headers',
  'index',
  'length',
  'limit',
  'max',
  'method',
  'ms',
  'raw',
  'reason',
  'seconds',
  'start',
  'timeout',
  'workdir',
  'working',
]);

function isSideArgument({ name }: ArgumentModel): boolean {
  const words = splitWords(name);
  return words.length > 0 && words.every((word) => SIDE_WORDS.has(word));
}

/**
 * Some pattern of the rule is meant to constrain what the tool does: not only the folder that it does it in, or how
 * long. A strict rule also does by listing no argument for it.
 */
export function constrainsWork(rule: ToolRuleModel): boolean {
  const main = rule.arguments.filter((argument) => !isSideArgument(argument));
  if (main.length === 0) return rule.strict && rule.arguments.length > 0;
  return main.some((argument) => !isDeclaration(rule, argument));
}
