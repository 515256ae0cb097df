import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { listNames } from '../../facts/list-names.ts';

export const strictDefaultOnListedTools: Rule = {
  meta: {
    name: 'strict-default-on-listed-tools',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: false,
    summary:
      '`strict_args_default` also holds for tools that are only in `allowed_tools`: they admit no argument.',
    options: {},
  },
  *check({ spec, permitted }) {
    if (spec.strict_args_default !== true) return;
    const bare = permitted.filter((tool) => tool.rule === undefined);
    if (bare.length === 0) return;
    yield {
      place: atValue('/spec/strict_args_default'),
      message: `no argument of ${listNames(bare.map((tool) => tool.tool))} is admitted: ${bare.length === 1 ? 'the tool has' : 'these tools have'} no rule that lists any`,
      help: 'give each a rule with `allow_args`, or with `strict_args: false`; the reference implementation admits every argument here',
      related: bare
        .slice(0, 5)
        .map((tool) => ({ message: 'only listed here', place: atValue(tool.pointer) })),
    };
  },
};
