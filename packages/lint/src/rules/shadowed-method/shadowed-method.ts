import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

export const shadowedMethod: Rule = {
  meta: {
    name: 'shadowed-method',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: true,
    summary: 'A method is allowed and denied; the denial wins.',
    options: {},
  },
  *check({ allowedMethods, deniedMethods }) {
    const denied = new Map(deniedMethods.map((entry) => [entry.name, entry]));
    for (const entry of allowedMethods) {
      const denial = denied.get(entry.name);
      if (denial === undefined || entry.name === '*') continue;
      yield {
        place: atValue(entry.pointer),
        message: `${quote(entry.text)} is allowed here and denied in \`denied_methods\`: it is refused`,
        help: 'decide whether the method is allowed, and keep one of the two',
        related: [{ message: 'denied here', place: atValue(denial.pointer) }],
        fixes: [
          {
            title: 'remove it from `allowed_methods`',
            safety: 'unsafe',
            edits: [{ kind: 'remove-item', pointer: entry.pointer }],
          },
        ],
      };
    }
  },
};
