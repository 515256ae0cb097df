import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

export const strictWithoutArguments: Rule = {
  meta: {
    name: 'strict-without-arguments',
    category: 'compatibility',
    severity: SEVERITIES.notable,
    fixable: false,
    summary:
      'A strict rule without `allow_args` admits no argument, but the reference implementation admits all.',
    options: {},
  },
  *check({ permitted }) {
    for (const { rule } of permitted) {
      if (rule === undefined || rule.action !== 'allow' || rule.arguments.length > 0) continue;
      if (rule.written.strict_args !== true) continue;
      yield {
        place: atValue(`${rule.pointer}/strict_args`),
        message: `${quote(rule.tool)} is strict and names no argument: a call with any argument is refused, but passes in the reference implementation`,
        help: 'list the arguments in `allow_args`; where the tool takes none, test that your implementation refuses them',
      };
    }
  },
};
