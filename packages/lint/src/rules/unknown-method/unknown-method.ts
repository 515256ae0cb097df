import { normalizeName } from '@agentpolicy/core';
import { findNearestName } from '@agentpolicy/spec';
import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { CLIENT_METHODS, OTHER_METHODS } from '../../facts/methods.ts';
import { quote } from '../../facts/quote.ts';

const KNOWN: ReadonlySet<string> = new Set([...CLIENT_METHODS, ...OTHER_METHODS].map(normalizeName));

export const unknownMethod: Rule = {
  meta: {
    name: 'unknown-method',
    category: 'correctness',
    severity: SEVERITIES.notable,
    fixable: false,
    summary: 'A method is not one of MCP, so allowing or denying it changes nothing for a standard server.',
    options: {
      methods: {
        type: 'strings',
        default: [],
        description: "methods of your own servers that are not MCP's",
      },
    },
  },
  *check(model, options) {
    const own = new Set(options.strings('methods').map(normalizeName));
    for (const { text, name, pointer } of [...model.allowedMethods, ...model.deniedMethods]) {
      if (/[*?]/.test(name) || name === '' || KNOWN.has(name) || own.has(name)) continue;
      const near = findNearestName(text, CLIENT_METHODS);
      yield {
        place: atValue(pointer),
        message: `no method of MCP is named ${quote(text)}`,
        help:
          near === undefined
            ? 'check the spelling, or list methods of your own in the option `methods`'
            : `did you mean ${quote(near)}?`,
      };
    }
  },
};
