import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { isDeclaration } from '../../facts/declaration.ts';
import { quote } from '../../facts/quote.ts';
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
