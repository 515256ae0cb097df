import { normalizeName } from '@agentpolicy/core';
import { atKey, atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { RESOURCE_METHODS } from '../../facts/methods.ts';

export const resourceReadBypass: Rule = {
  meta: {
    name: 'resource-read-bypass',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'Paths are protected from tools, but `resources/read` hands files out without a tool call.',
    options: {},
  },
  *check(model) {
    if (model.protectedPaths.length === 0) return;
    for (const method of RESOURCE_METHODS) {
      if (!model.allowsMethod(method)) continue;
      const entry = model.allowedMethods.find(({ name }) => name === normalizeName(method) || name === '*');
      if (entry === undefined) continue;
      yield {
        place: atValue(entry.pointer),
        message: `\`${method}\` reads what \`protected_paths\` protects: paths are only compared in tool calls`,
        help: `take \`${method}\` out, or deny it in \`denied_methods\``,
        related: [{ message: 'protected here', place: atKey('/spec/protected_paths') }],
      };
      return;
    }
  },
};
