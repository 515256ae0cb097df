import { normalizeName } from '@agentpolicy/core';
import { atKey, atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import type { PolicyModel } from '../../model/policy-model.ts';

interface WantedMethod {
  readonly method: string;
  readonly consequence: string;
  /** Also wanted where the policy lists its methods itself: nobody leaves it out on purpose. */
  readonly always: boolean;
}

/** What today's clients send, harmless, that the default list of the specification does not have. */
const WANTED: readonly WantedMethod[] = [
  { method: 'notifications/cancelled', consequence: 'a client can not cancel a call', always: true },
  {
    method: 'notifications/roots/list_changed',
    consequence: 'a server does not hear that the folders of a client changed',
    always: false,
  },
  {
    method: 'logging/setLevel',
    consequence: 'a client can not choose what a server logs',
    always: false,
  },
];

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
    const isDefault = model.allowedMethods.length === 0;
    for (const wanted of WANTED) {
      if ((isDefault || wanted.always) && !isDecided(model, wanted.method)) yield report(model, wanted);
    }
  },
};

/** The method is allowed, or denied by name: then its author knows it. */
function isDecided(model: PolicyModel, method: string): boolean {
  return model.allowsMethod(method) || model.deniedMethods.some(({ name }) => name === normalizeName(method));
}

function report({ allowedMethods }: PolicyModel, { method, consequence }: WantedMethod): Finding {
  if (allowedMethods.length === 0) {
    return {
      place: atKey('/spec'),
      message: `the default list of methods lacks \`${method}\`: ${consequence}`,
      help: `write \`allowed_methods\` with the methods that you need, \`${method}\` among them, or deny it`,
    };
  }
  const old = allowedMethods.find(({ name }) => name === 'cancelled');
  return {
    place: old === undefined ? atKey('/spec/allowed_methods') : atValue(old.pointer),
    message: `\`${method}\` is not allowed: ${consequence}`,
    help: `add \`${method}\` to \`allowed_methods\``,
  };
}
