import { findNearestName } from '@agentpolicy/spec';
import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import { groupTools } from '../../model/tool-schema.ts';

export const unknownTool: Rule = {
  meta: {
    name: 'unknown-tool',
    category: 'compatibility',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'The policy names a tool that the server does not have (with a recorded tool list).',
    options: {},
  },
  *check(model) {
    const { tools } = model;
    if (tools === undefined) return;
    const known = groupTools(tools);
    const names = tools.map((tool) => tool.name);
    for (const { tool, name, pointer } of model.permitted) {
      if (known.has(name)) continue;
      const near = findNearestName(tool, names);
      yield {
        place: atValue(pointer),
        message: `the server has no tool ${quote(tool)}`,
        help:
          near === undefined ? 'remove the entry, or record the tools again' : `did you mean ${quote(near)}?`,
      };
    }
    const blocked = model.rules
      .filter((rule) => rule.action === 'block')
      .map((rule) => ({ text: rule.tool, name: rule.name, pointer: `${rule.pointer}/tool` }));
    for (const { text, name, pointer } of [...model.denied, ...blocked]) {
      // To refuse what is not there is good practice; only what looks like a slip of the pen is reported.
      const near = known.has(name) ? undefined : findNearestName(text, names);
      if (near === undefined) continue;
      yield {
        place: atValue(pointer),
        message: `the server has no tool ${quote(text)}, so nothing is refused here`,
        help: `did you mean ${quote(near)}?`,
      };
    }
  },
};
