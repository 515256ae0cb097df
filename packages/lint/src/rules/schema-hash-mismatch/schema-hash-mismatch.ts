import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import { groupTools } from '../../model/tool-schema.ts';
import { hashDefinition } from './hash-definition.ts';

export const schemaHashMismatch: Rule = {
  meta: {
    name: 'schema-hash-mismatch',
    category: 'compatibility',
    severity: SEVERITIES.fatal,
    fixable: true,
    summary:
      "`schema_hash` is not that of the server's tool, so its calls are refused (with a recorded tool list).",
    options: {},
  },
  *check(model) {
    if (model.tools === undefined) return;
    const groups = groupTools(model.tools);
    for (const rule of model.rules) {
      const written = rule.written.schema_hash;
      const [tool, ...others] = groups.get(rule.name) ?? [];
      if (written === undefined || tool === undefined || others.length > 0) continue;
      const algorithm = written.slice(0, written.indexOf(':'));
      const actual = `${algorithm}:${hashDefinition(tool, algorithm)}`;
      if (actual === written) continue;
      yield {
        place: atValue(`${rule.pointer}/schema_hash`),
        message: `the definition of ${quote(rule.tool)} is not the one that this hash was made of`,
        help: 'look at what changed in its description and its arguments before you take the new hash over',
        fixes: [
          {
            title: 'take over the hash of the recorded definition',
            safety: 'unsafe',
            edits: [{ kind: 'replace-scalar', pointer: `${rule.pointer}/schema_hash`, text: `"${actual}"` }],
          },
        ],
      };
    }
  },
};
