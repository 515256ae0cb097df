import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import type { PolicyModel } from '../../model/policy-model.ts';

export const missingMethod: Rule = {
  meta: {
    name: 'missing-method',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'The methods that the policy allows lack one without which no tool can be called.',
    options: {},
  },
  *check(model) {
    if (model.permitted.length === 0) return;
    const place = atKey(findPointer(model));
    if (!model.allowsMethod('tools/call')) {
      yield {
        place,
        message: '`tools/call` is not allowed, so the tools of this policy can not be called',
        help: 'add `tools/call` to `allowed_methods`: it only opens the way to the rules for tools',
      };
    }
    if (!model.allowsMethod('initialize')) {
      yield {
        place,
        message: '`initialize` is not allowed, so no session can begin',
        help: 'add `initialize` and `notifications/initialized` to `allowed_methods`',
      };
    } else if (!model.allowsMethod('notifications/initialized')) {
      yield {
        place,
        message: '`notifications/initialized` is not allowed: a server may wait for it before it answers',
        help: 'add `notifications/initialized` to `allowed_methods`',
      };
    }
  },
};

function findPointer(model: PolicyModel): string {
  return model.allowedMethods.length > 0 ? '/spec/allowed_methods' : '/spec/denied_methods';
}
