import { atKey } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import type { NamedEntry } from '../../model/policy-model.ts';

export const sortedTools: Rule = {
  meta: {
    name: 'sorted-tools',
    category: 'style',
    severity: SEVERITIES.taste,
    fixable: false,
    summary: 'A list of tools is not in alphabetical order.',
    options: {},
  },
  *check(model) {
    yield* checkList(model.allowed, 'allowed_tools');
    yield* checkList(model.denied, 'denied_tools');
  },
};

/** One finding a list: the first entry that stands too late says enough. */
function* checkList(entries: readonly NamedEntry[], list: string): Iterable<Finding> {
  for (const [index, entry] of entries.entries()) {
    const before = entries[index - 1];
    if (before === undefined || before.name <= entry.name) continue;
    yield {
      place: atKey(entry.pointer),
      message: `${quote(entry.text)} stands behind ${quote(before.text)} in \`${list}\``,
      help: 'sort the names: duplicates and gaps are easier to see',
    };
    return;
  }
}
