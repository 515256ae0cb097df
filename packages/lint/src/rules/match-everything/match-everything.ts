import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { guessInterpreter, isAddressArgument, isPathArgument } from '../../facts/argument-kinds.ts';
import { isDeclaration } from '../../facts/declaration.ts';
import { quote } from '../../facts/quote.ts';
import { isExecutingTool } from '../../facts/tool-kinds.ts';
import type { PatternModel } from '../../model/pattern-model.ts';
import type { ArgumentModel, ToolRuleModel } from '../../model/policy-model.ts';
import { isAnchoredAtEnd, isAnchoredAtStart, walkPattern } from '../../patterns/shape.ts';
import { HOSTILE_TEXTS, isNearlyUniversal } from '../../patterns/universal.ts';

export const matchEverything: Rule = {
  meta: {
    name: 'match-everything',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'A pattern for an argument accepts everything, or so much that it constrains nothing.',
    options: {},
  },
  *check(model) {
    for (const { rule, argument } of model.constrained) {
      const { pattern } = argument;
      if (isDeclaration(rule, argument) || !isNearlyUniversal(pattern)) continue;
      if (hasBoundedLength(pattern) && isFreeText(rule, argument)) continue;
      const reach = pattern.isUniversal
        ? 'every text'
        : `nearly everything, for example ${quote(HOSTILE_TEXTS[0] ?? '')}`;
      yield {
        place: atValue(argument.pointer),
        message: `${quote(pattern.source)} accepts ${reach}`,
        help: `say what ${quote(argument.name)} of ${quote(rule.tool)} may be, with \`^\` and \`$\` around it${rule.strict ? '; where any value is meant, write `^`' : ''}`,
      };
    }
  },
};

/** Both ends are closed, and nothing between them repeats without end. */
function hasBoundedLength({ pattern }: PatternModel): boolean {
  if (pattern === undefined || !isAnchoredAtStart(pattern.root) || !isAnchoredAtEnd(pattern.root))
    return false;
  for (const node of walkPattern(pattern.root)) {
    if (node.type === 'repeat' && node.max === undefined) return false;
  }
  return true;
}

/** What people write to people: its length is all that a pattern can say about it. */
function isFreeText({ tool }: ToolRuleModel, { name, pattern }: ArgumentModel): boolean {
  if (isPathArgument(name) || isAddressArgument(name) || isExecutingTool(tool)) return false;
  return guessInterpreter(tool, name, pattern.source) === 'none';
}
