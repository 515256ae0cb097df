import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { constrainsWork } from '../../facts/declaration.ts';
import { quote } from '../../facts/quote.ts';
import { isNetworkTool } from '../../facts/tool-kinds.ts';

export const unguardedNetwork: Rule = {
  meta: {
    name: 'unguarded-network',
    category: 'security',
    severity: SEVERITIES.demanding,
    fixable: false,
    summary: 'A tool that opens addresses is allowed without a question and without a constraint.',
    options: {},
  },
  *check({ permitted }) {
    for (const { tool, pointer, rule } of permitted) {
      if (!isNetworkTool(tool)) continue;
      if (rule !== undefined && (rule.action === 'ask' || constrainsWork(rule))) continue;
      yield {
        place: atValue(pointer),
        message: `${quote(tool)} opens any address: data can leave in it, and services inside can be reached`,
        help: 'constrain its address in `allow_args`, or use `action: ask`',
      };
    }
  },
};
