import type { PatternNode } from '@agentpolicy/regex';
import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import { walkPattern } from '../../patterns/shape.ts';

/** ASCII letters with a partner outside of ASCII under simple case folding. */
const PARTNERS: readonly { readonly letter: string; readonly partner: string; readonly name: string }[] = [
  { letter: 'k', partner: '\u212a', name: 'the Kelvin sign, U+212A' },
  { letter: 's', partner: '\u017f', name: 'the long s, U+017F' },
];

/** More letters than this are an alphabet, not a word. */
const MAX_MEMBERS = 16;

export const caseFoldingSurprise: Rule = {
  meta: {
    name: 'case-folding-surprise',
    category: 'security',
    severity: SEVERITIES.notable,
    fixable: false,
    summary: '`(?i)` makes a pattern for ASCII text accept characters outside of ASCII.',
    options: {},
  },
  *check({ constrained }) {
    for (const { argument } of constrained) {
      const { pattern } = argument.pattern;
      if (pattern === undefined || !argument.pattern.source.includes('(?')) continue;
      const found = PARTNERS.find(({ partner }) => hasFolded(pattern.root, partner));
      if (found === undefined) continue;
      const example = findExample(argument.pattern.examples, found);
      if (example === undefined || !argument.pattern.accepts(example)) continue;
      yield {
        place: atValue(argument.pointer),
        message: `under \`(?i)\`, \`${found.letter}\` also stands for ${found.name}: ${quote(showPartner(example, found))} passes`,
        help: `write the cases out, for example \`[${found.letter}${found.letter.toUpperCase()}]\`: tools may read such a text differently`,
      };
    }
  },
};

/** A letter or a small class that case folding widened by the partner; wide classes are meant to be wide. */
function hasFolded(root: PatternNode, partner: string): boolean {
  const code = partner.codePointAt(0) ?? 0;
  for (const node of walkPattern(root)) {
    if (node.type === 'char' && countMembers(node.set) <= MAX_MEMBERS && hasMember(node.set, code))
      return true;
  }
  return false;
}

function countMembers(set: readonly number[]): number {
  let count = 0;
  for (let at = 0; at + 1 < set.length; at += 2) count += (set[at + 1] ?? 0) - (set[at] ?? 0) + 1;
  return count;
}

function hasMember(set: readonly number[], code: number): boolean {
  for (let at = 0; at + 1 < set.length; at += 2) {
    if ((set[at] ?? 0) <= code && code <= (set[at + 1] ?? 0)) return true;
  }
  return false;
}

function findExample(
  examples: readonly string[],
  { letter, partner }: (typeof PARTNERS)[number],
): string | undefined {
  for (const example of examples) {
    const at = example.toLowerCase().indexOf(letter);
    if (at >= 0) return example.slice(0, at) + partner + example.slice(at + 1);
  }
  return undefined;
}

/** The two look the same: the one that surprises is shown by its number. */
function showPartner(example: string, { partner }: (typeof PARTNERS)[number]): string {
  return example.replace(partner, `\\u{${(partner.codePointAt(0) ?? 0).toString(16)}}`);
}
