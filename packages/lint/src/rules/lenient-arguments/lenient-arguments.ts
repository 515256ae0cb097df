import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { getNarrowingSafety } from '../../facts/narrowing.ts';
import { quote } from '../../facts/quote.ts';
import { setMember } from '../../fixes/finding-fix.ts';

export const lenientArguments: Rule = {
  meta: {
    name: 'lenient-arguments',
    category: 'security',
    severity: SEVERITIES.demanding,
    fixable: true,
    summary: 'A rule constrains some arguments and lets every other one through unseen.',
    options: {},
  },
  *check(model) {
    for (const { rule } of model.permitted) {
      if (rule === undefined || rule.strict || rule.arguments.length === 0) continue;
      yield {
        place: atKey(`${rule.pointer}/allow_args`),
        message: `${quote(rule.tool)} accepts every argument that is not listed, whatever its value`,
        help: 'add `strict_args: true` to the rule, or `strict_args_default: true` to the policy',
        fixes: [
          {
            title: 'refuse arguments that are not listed',
            safety: getNarrowingSafety(model, rule),
            edits: [setMember(rule.pointer, 'strict_args', 'true', rule.written.strict_args !== undefined)],
          },
        ],
      };
    }
  },
};
