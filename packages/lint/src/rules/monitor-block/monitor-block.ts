import { atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { listNames } from '../../facts/list-names.ts';
import type { PolicyModel } from '../../model/policy-model.ts';

const MAX_RELATED = 5;

export const monitorBlock: Rule = {
  meta: {
    name: 'monitor-block',
    category: 'compatibility',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'In monitor mode, `action: block` and `denied_tools` stop no call: it is logged and forwarded.',
    options: {},
  },
  *check(model) {
    if (model.spec.mode !== 'monitor') return;
    yield* checkRules(model);
    yield* checkDenied(model);
  },
};

function* checkRules({ rules }: PolicyModel): Iterable<Finding> {
  const blocking = rules.filter((rule) => rule.action === 'block');
  if (blocking.length === 0) return;
  const reason = blocking.length === 1 ? 'its rule says' : 'their rules say';
  yield {
    place: atValue('/spec/mode'),
    message: `calls of ${listNames(blocking.map((rule) => rule.tool))} are forwarded in monitor mode, although ${reason} \`action: block\``,
    help: 'the reference implementation blocks them even here; where they must never pass, run the policy in `enforce` mode',
    related: blocking.slice(0, MAX_RELATED).map((rule) => ({
      message: 'not blocked in monitor mode',
      place: atValue(`${rule.pointer}/action`),
    })),
  };
}

function* checkDenied({ denied }: PolicyModel): Iterable<Finding> {
  if (denied.length === 0) return;
  yield {
    place: atValue('/spec/mode'),
    message: `calls of ${listNames(denied.map((entry) => entry.text))} are forwarded in monitor mode, although \`denied_tools\` names ${denied.length === 1 ? 'it' : 'them'}`,
    help: 'where they must never pass, run the policy in `enforce` mode; `denied_methods` and `protected_paths` hold in monitor mode too',
    related: denied.slice(0, MAX_RELATED).map((entry) => ({
      message: 'not denied in monitor mode',
      place: atValue(entry.pointer),
    })),
  };
}
