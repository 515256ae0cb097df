import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

/** The reference implementation's own limit on the bytes of an argument's pattern. */
const MAX_BYTES = 1000;

export const referenceRefusesPattern: Rule = {
  meta: {
    name: 'reference-refuses-pattern',
    category: 'compatibility',
    severity: SEVERITIES.notable,
    fixable: false,
    summary: 'The reference implementation takes a pattern for dangerous and refuses the whole policy.',
    options: {},
  },
  *check({ rules }) {
    for (const rule of rules) {
      for (const { pointer, pattern } of rule.arguments) {
        if (pattern.pattern === undefined) continue;
        const reason = findReason(pattern.source);
        if (reason === undefined) continue;
        yield {
          place: atValue(pointer),
          message: `the reference implementation refuses ${quote(pattern.source)}: ${reason}`,
          help: 'the pattern is harmless in linear time; write it differently where the policy has to load there too',
        };
      }
    }
  },
};

/** The three checks that it makes on a pattern's text before it compiles it. */
function findReason(source: string): string | undefined {
  if (Buffer.byteLength(source) > MAX_BYTES) return `it is longer than ${MAX_BYTES} bytes`;
  if (/\)[+*?]\s*[+*?]/.test(source)) return 'a group has two repeats after it';
  return hasRepeatedRepeat(source) ? 'a repeat stands at the end of a repeated group' : undefined;
}

/** A `(`, then no `)` up to `+)` or `*)`, then `+` or `*`; as a scan, because a search would be quadratic. */
function hasRepeatedRepeat(source: string): boolean {
  let open = false;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '(') open = true;
    if (character !== ')') continue;
    const before = source[at - 1];
    const after = source[at + 1];
    if (open && (before === '+' || before === '*') && (after === '+' || after === '*')) return true;
    open = false;
  }
  return false;
}
