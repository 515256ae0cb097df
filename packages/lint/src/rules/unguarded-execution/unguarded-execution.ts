import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { constrainsWork } from '../../facts/declaration.ts';
import { quote } from '../../facts/quote.ts';
import { isExecutingTool } from '../../facts/tool-kinds.ts';
import { type FindingFix, setMember } from '../../fixes/finding-fix.ts';
import type { ToolRuleModel } from '../../model/policy-model.ts';

export const unguardedExecution: Rule = {
  meta: {
    name: 'unguarded-execution',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: true,
    summary:
      'A tool that runs commands, code or queries is allowed without a question and without a constraint.',
    options: {
      ignore: {
        type: 'strings',
        default: [],
        description: 'names of tools that only sound like it',
      },
    },
  },
  *check({ permitted }, options) {
    const ignored = new Set(options.strings('ignore'));
    for (const { tool, pointer, rule } of permitted) {
      if (ignored.has(tool) || !isExecutingTool(tool)) continue;
      if (rule !== undefined && (rule.action === 'ask' || constrainsWork(rule))) continue;
      yield {
        place: atValue(pointer),
        message: `${quote(tool)} runs what its caller writes, and nothing constrains it`,
        help: 'give it a rule with `action: ask`, with patterns in `allow_args`, or with `action: block`',
        ...(rule === undefined ? {} : { fixes: [makeFix(rule)] }),
      };
    }
  },
};

function makeFix({ pointer, written }: ToolRuleModel): FindingFix {
  return {
    title: 'ask before each call',
    safety: 'safe',
    edits: [setMember(pointer, 'action', 'ask', written.action !== undefined)],
  };
}
