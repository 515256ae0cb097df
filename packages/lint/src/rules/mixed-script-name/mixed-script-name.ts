import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import { findForeignLetter } from '../../facts/scripts.ts';

export const mixedScriptName: Rule = {
  meta: {
    name: 'mixed-script-name',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'A name mixes Latin letters with letters of another script that look the same.',
    options: {},
  },
  *check(model) {
    const entries = [
      ...model.allowed,
      ...model.denied,
      ...model.allowedMethods,
      ...model.deniedMethods,
      ...model.rules.map((rule) => ({ text: rule.tool, name: rule.name, pointer: `${rule.pointer}/tool` })),
    ];
    for (const { text, name, pointer } of entries) {
      const foreign = findForeignLetter(name);
      if (foreign === undefined) continue;
      yield {
        place: atValue(pointer),
        message: `${quote(text)} holds ${foreign.script} ${quote(foreign.letter)} (U+${foreign.codePoint}): it is another name than the one that it looks like`,
        help: 'type the name again; such letters are not folded when names are compared',
      };
    }
  },
};
