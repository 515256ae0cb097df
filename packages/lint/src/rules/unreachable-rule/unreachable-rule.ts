import { atKey, atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import type { NamedEntry, PolicyModel, ToolRuleModel } from '../../model/policy-model.ts';

export const unreachableRule: Rule = {
  meta: {
    name: 'unreachable-rule',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: true,
    summary: 'An entry can not matter, because another one decides before it.',
    options: {},
  },
  *check(model) {
    const denied = new Map(model.denied.map((entry) => [entry.name, entry]));
    const blocking = new Map(
      model.rules.filter((rule) => rule.action === 'block').map((rule) => [rule.name, rule]),
    );
    for (const rule of model.rules) yield* checkRule(model, rule, denied.get(rule.name));
    for (const entry of model.allowed) {
      yield* checkAllowed(model, entry, denied.get(entry.name), blocking.get(entry.name));
    }
  },
};

function* checkRule(
  model: PolicyModel,
  rule: ToolRuleModel,
  denied: NamedEntry | undefined,
): Iterable<Finding> {
  const isMonitor = model.spec.mode === 'monitor';
  // Its limit is counted before the denial, and what the denial refuses is forwarded there.
  if (isMonitor && rule.written.rate_limit !== undefined && denied !== undefined) return;
  if (denied !== undefined && rule.action !== 'block') {
    yield {
      place: atValue(`${rule.pointer}/tool`),
      message: `the rule for ${quote(rule.tool)} never decides: \`denied_tools\` denies the tool before it`,
      help: 'remove the tool from `denied_tools`, or remove the rule',
      related: [{ message: 'denied here', place: atValue(denied.pointer) }],
    };
    return;
  }
  const [first] = rule.arguments;
  if (rule.action !== 'block' || first === undefined) return;
  const decides = isMonitor ? 'decides without a look at them' : 'refuses every call';
  yield {
    place: atKey(`${rule.pointer}/allow_args`),
    message: `\`allow_args\` of ${quote(rule.tool)} is never read: \`action: block\` ${decides}`,
    help: 'remove `allow_args`, or use `action: ask` to let calls with these arguments through after a question',
    related: [{ message: 'blocked here', place: atValue(`${rule.pointer}/action`) }],
  };
}

function* checkAllowed(
  model: PolicyModel,
  entry: NamedEntry,
  denied: NamedEntry | undefined,
  blocking: ToolRuleModel | undefined,
): Iterable<Finding> {
  const [by, place] =
    denied !== undefined
      ? ['`denied_tools` denies it', atValue(denied.pointer)]
      : blocking !== undefined
        ? ['its rule says `action: block`', atValue(`${blocking.pointer}/action`)]
        : [];
  if (by === undefined || place === undefined) return;
  yield {
    place: atValue(entry.pointer),
    message: `${quote(entry.text)} is listed in \`allowed_tools\`, but ${by}`,
    help: 'decide whether the tool is allowed, and keep one of the two',
    related: [{ message: model.spec.mode === 'monitor' ? 'decided here' : 'refused here', place }],
    fixes: [
      {
        title: 'remove it from `allowed_tools`',
        safety: 'safe',
        edits: [{ kind: 'remove-item', pointer: entry.pointer }],
      },
    ],
  };
}
