import { atKey, atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import { isDestructiveTool, isExecutingTool, isNetworkTool } from '../../facts/tool-kinds.ts';
import type { PolicyModel } from '../../model/policy-model.ts';

export const unexplainedException: Rule = {
  meta: {
    name: 'unexplained-exception',
    category: 'style',
    severity: SEVERITIES.taste,
    fixable: false,
    summary: 'A powerful tool is allowed without a comment that says why.',
    options: {},
  },
  *check(model) {
    for (const { tool, pointer, rule } of model.permitted) {
      if (!isExecutingTool(tool) && !isNetworkTool(tool) && !isDestructiveTool(tool)) continue;
      if (isExplained(model, rule === undefined ? pointer : rule.pointer)) continue;
      yield {
        place: rule === undefined ? atValue(pointer) : atKey(`${rule.pointer}/tool`),
        message: `nothing says why ${quote(tool)} is allowed`,
        help: 'write a comment on the entry or on the line before it',
      };
    }
  },
};

/** A comment on a line of the entry, or directly before it. */
function isExplained({ document }: PolicyModel, pointer: string): boolean {
  const { start, end } = document.locate(pointer, 'value').range;
  return document.comments.some(({ line }) => line >= start.line - 1 && line <= end.line);
}
