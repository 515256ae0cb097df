import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import { isDestructiveTool } from '../../facts/tool-kinds.ts';

export const unguardedDestruction: Rule = {
  meta: {
    name: 'unguarded-destruction',
    category: 'security',
    severity: SEVERITIES.demanding,
    fixable: false,
    summary: 'A tool that destroys something is allowed without a question.',
    options: {},
  },
  *check({ permitted }) {
    for (const { tool, pointer, rule } of permitted) {
      if (!isDestructiveTool(tool) || rule?.action === 'ask') continue;
      yield {
        place: atValue(pointer),
        message: `${quote(tool)} is allowed without a question`,
        help: 'use `action: ask`: what is deleted is gone',
      };
    }
  },
};
