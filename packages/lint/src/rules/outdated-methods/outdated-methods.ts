import { normalizeName } from '@agentpolicy/core';
import { atKey, atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

/** Notifications without which a client's wish is lost silently, by what it wishes. */
const WANTED = [['notifications/cancelled', 'a client can not cancel a call']] as const;

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
    const old = model.allowedMethods.find(({ name }) => name === 'cancelled');
    for (const [method, consequence] of WANTED) {
      if (
        model.allowsMethod(method) ||
        model.deniedMethods.some(({ name }) => name === normalizeName(method))
      )
        continue;
      yield {
        place: old === undefined ? atKey('/spec/allowed_methods') : atValue(old.pointer),
        message:
          model.allowedMethods.length === 0
            ? `the default list of methods lacks \`${method}\`: ${consequence}`
            : `\`${method}\` is not allowed: ${consequence}`,
        help:
          model.allowedMethods.length === 0
            ? `write \`allowed_methods\` with the methods that you need, \`${method}\` among them`
            : `add \`${method}\` to \`allowed_methods\``,
      };
    }
  },
};
