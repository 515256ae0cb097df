import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { listNames } from '../../facts/list-names.ts';

export const monitorBlock: Rule = {
  meta: {
    name: 'monitor-block',
    category: 'compatibility',
    severity: SEVERITIES.likely,
    fixable: false,
    summary:
      'In monitor mode `action: block` blocks nothing by the specification, but does in the reference implementation.',
    options: {},
  },
  *check({ spec, rules }) {
    if (spec.mode !== 'monitor') return;
    const blocking = rules.filter((rule) => rule.action === 'block');
    const [first] = blocking;
    if (first === undefined) return;
    yield {
      place: atValue('/spec/mode'),
      message: `calls of ${listNames(blocking.map((rule) => rule.tool))} are forwarded in monitor mode, although ${blocking.length === 1 ? 'its rule says' : 'their rules say'} \`action: block\``,
      help: 'the reference implementation blocks them even here; to be sure everywhere, do not run the policy in monitor mode',
      related: blocking.slice(0, 5).map((rule) => ({
        message: 'not blocked in monitor mode',
        place: atValue(`${rule.pointer}/action`),
      })),
    };
  },
};
