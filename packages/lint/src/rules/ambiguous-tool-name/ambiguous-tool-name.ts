import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { listNames } from '../../facts/list-names.ts';
import { quote } from '../../facts/quote.ts';
import { groupTools } from '../../model/tool-schema.ts';

export const ambiguousToolName: Rule = {
  meta: {
    name: 'ambiguous-tool-name',
    category: 'compatibility',
    severity: SEVERITIES.fatal,
    fixable: false,
    summary: 'Two tools of the server have one name once names are normalized (with a recorded tool list).',
    options: {},
  },
  *check({ tools, permitted }) {
    if (tools === undefined) return;
    const groups = groupTools(tools);
    for (const { tool, name, pointer } of permitted) {
      const group = groups.get(name) ?? [];
      if (group.length < 2) continue;
      yield {
        place: atValue(pointer),
        message: `${quote(tool)} stands for ${listNames(group.map((entry) => entry.name))} of the server: calls that can not be told apart are refused`,
        help: 'have one of the tools renamed: one rule can not be for two tools',
      };
    }
  },
};
