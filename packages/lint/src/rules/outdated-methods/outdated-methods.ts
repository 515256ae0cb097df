import { normalizeName } from '@agentpolicy/core';
import { atKey, atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { listNames } from '../../facts/list-names.ts';
import { quote } from '../../facts/quote.ts';
import type { PolicyModel } from '../../model/policy-model.ts';

/** What nobody leaves out of a list on purpose. */
const CANCELLED = 'notifications/cancelled';

/** What today's clients send, harmless, that the default list of the specification does not have. */
const NOT_IN_DEFAULT = ['logging/setLevel', CANCELLED, 'notifications/roots/list_changed'];

export const outdatedMethods: Rule = {
  meta: {
    name: 'outdated-methods',
    category: 'compatibility',
    severity: SEVERITIES.demanding,
    fixable: false,
    summary: "The allowed methods are those of an older MCP: today's clients send others.",
    options: {},
  },
  *check(model) {
    if (model.allowedMethods.length === 0) yield* checkDefault(model);
    else yield* checkList(model);
  },
};

function* checkDefault(model: PolicyModel): Iterable<Finding> {
  const missing = NOT_IN_DEFAULT.filter((method) => !isDecided(model, method));
  if (missing.length === 0) return;
  yield {
    place: atKey('/spec'),
    message: `the default list of methods lacks ${listNames(missing)}, which today's clients send`,
    help: 'write `allowed_methods` with the methods that you need, or name in `denied_methods` what you do not',
  };
}

function* checkList(model: PolicyModel): Iterable<Finding> {
  if (isDecided(model, CANCELLED)) return;
  const old = model.allowedMethods.find(({ name }) => name === 'cancelled');
  yield {
    place: old === undefined ? atKey('/spec/allowed_methods') : atValue(old.pointer),
    message: `${quote(CANCELLED)} is not allowed: a client can not cancel a call`,
    help: `add ${quote(CANCELLED)} to \`allowed_methods\``,
  };
}

/** The method is allowed, or denied by name: then its author knows it. */
function isDecided(model: PolicyModel, method: string): boolean {
  return model.allowsMethod(method) || model.deniedMethods.some(({ name }) => name === normalizeName(method));
}
