import { foldSet } from '../unicode/fold.ts';
import { findProperty, listPropertyNames } from '../unicode/properties.ts';
import { type CharSet, negateSet } from './char-set.ts';
import { quote, refuse } from './fault.ts';
import type { Span } from './tree.ts';

const DIGIT: CharSet = [48, 57];
const SPACE: CharSet = [9, 10, 12, 13, 32, 32];
const WORD: CharSet = [48, 57, 65, 90, 95, 95, 97, 122];

/** RE2's ASCII classes, https://github.com/google/re2/wiki/Syntax. */
const POSIX: ReadonlyMap<string, CharSet> = new Map<string, CharSet>([
  ['alnum', [48, 57, 65, 90, 97, 122]],
  ['alpha', [65, 90, 97, 122]],
  ['ascii', [0, 127]],
  ['blank', [9, 9, 32, 32]],
  ['cntrl', [0, 31, 127, 127]],
  ['digit', DIGIT],
  ['graph', [33, 126]],
  ['lower', [97, 122]],
  ['print', [32, 126]],
  ['punct', [33, 47, 58, 64, 91, 96, 123, 126]],
  ['space', [9, 13, 32, 32]],
  ['upper', [65, 90]],
  ['word', WORD],
  ['xdigit', [48, 57, 65, 70, 97, 102]],
]);

/** `\d \D \s \S \w \W`: ASCII, widened by case folding under `(?i)` before a capital negates. */
export function perlClass(text: string, fold: boolean): CharSet {
  const letter = text.charAt(1);
  const lower = letter.toLowerCase();
  const base = lower === 'd' ? DIGIT : lower === 's' ? SPACE : WORD;
  const set = fold ? foldSet(base) : base;
  return letter === lower ? set : negateSet(set);
}

/** `[:name:]` and `[:^name:]`. */
export function posixClass(text: string, place: Span, fold: boolean): CharSet {
  const inner = text.slice(2, -2);
  const negated = inner.startsWith('^');
  const name = negated ? inner.slice(1) : inner;
  const base = POSIX.get(name);
  if (base === undefined) {
    return refuse(
      'bad-posix-class',
      place,
      `unknown class ${quote(text)}`,
      `RE2 knows ${[...POSIX.keys()].join(', ')}`,
    );
  }
  const set = fold ? foldSet(base) : base;
  return negated ? negateSet(set) : set;
}

/** `\pL \PL \p{Greek} \p{^Greek}`: a general category or a script of the pinned Unicode version. */
export function propertyClass(text: string, place: Span, fold: boolean): CharSet {
  let name = text.charAt(2) === '{' ? text.slice(3, -1) : text.slice(2);
  let negated = text.charAt(1) === 'P';
  if (name.startsWith('^') && text.charAt(2) === '{') {
    negated = !negated;
    name = name.slice(1);
  }
  const base = findProperty(name);
  if (base === undefined) {
    const near = suggestProperty(name);
    return refuse(
      'bad-property',
      place,
      name === '' ? `${quote(text)} names no property` : `unknown property ${quote(name)}`,
      near === undefined
        ? 'RE2 knows general categories (`\\pL`, `\\p{Lu}`) and scripts (`\\p{Greek}`), not Unicode’s other properties'
        : `did you mean \`\\p{${near}}\`; names are case-sensitive`,
    );
  }
  const set = fold ? foldProperty(name, base) : base;
  return negated ? negateSet(set) : set;
}

/** A property has hundreds of ranges, and a pattern may name it thousands of times. */
const foldedProperties = new Map<string, CharSet>();

function foldProperty(name: string, base: CharSet): CharSet {
  let folded = foldedProperties.get(name);
  if (folded === undefined) {
    folded = foldSet(base);
    foldedProperties.set(name, folded);
  }
  return folded;
}

const LONG_NAMES: ReadonlyMap<string, string> = new Map([
  ['letter', 'L'],
  ['alphabetic', 'L'],
  ['alpha', 'L'],
  ['uppercaseletter', 'Lu'],
  ['uppercase', 'Lu'],
  ['lowercaseletter', 'Ll'],
  ['lowercase', 'Ll'],
  ['mark', 'M'],
  ['number', 'N'],
  ['digit', 'Nd'],
  ['decimalnumber', 'Nd'],
  ['punctuation', 'P'],
  ['punct', 'P'],
  ['symbol', 'S'],
  ['separator', 'Z'],
  ['space', 'Z'],
  ['control', 'Cc'],
  ['other', 'C'],
]);

function suggestProperty(name: string): string | undefined {
  const key = name.toLowerCase().replaceAll(/[_\s-]/g, '');
  if (key === '') return undefined;
  const names = listPropertyNames();
  const plain = (text: string): string => text.toLowerCase().replaceAll('_', '');
  return (
    LONG_NAMES.get(key.replace(/^(?:script|sc|generalcategory|gc)=/, '')) ??
    names.find((known) => plain(known) === key.replace(/^(?:script|sc|generalcategory|gc|is)=?/, '')) ??
    names.find((known) => known.length > 3 && key.length > 3 && plain(known).startsWith(key))
  );
}
