/** What RE2 does not have, said in its user's words. */
import { quote, refuse } from './fault.ts';
import type { Span } from './tree.ts';

const NO_LOOK_AHEAD =
  'RE2 has no look-around because it cannot be matched in linear time: say what is allowed instead of what is not, for example `[^.]` classes, or use a second rule';
const FLAGS_HINT = 'RE2 knows the flags `i`, `m`, `s` and `U`, as in `(?i)` or `(?i-s:...)`';

/** Refuses what follows `(?` where it is neither flags nor a well-formed named group. */
export function refuseGroup(source: string, start: number): never {
  const rest = source.slice(start + 2, start + 82);
  const place = (length: number): Span => ({ start, end: Math.min(start + 2 + length, source.length) });
  const two = rest.slice(0, 2);
  if (rest.startsWith('=') || rest.startsWith('!')) {
    return refuse(
      'look-around',
      place(1),
      `look-ahead ${quote(`(?${rest.charAt(0)}`)} is not part of RE2`,
      NO_LOOK_AHEAD,
    );
  }
  if (two === '<=' || two === '<!') {
    return refuse(
      'look-around',
      place(2),
      `look-behind ${quote(`(?${two}`)} is not part of RE2`,
      NO_LOOK_AHEAD,
    );
  }
  if (two === 'P=') {
    return refuse(
      'backreference',
      place(2),
      'back-reference `(?P=` is not part of RE2',
      'write the text that may repeat a second time: RE2 cannot compare with an earlier group',
    );
  }
  if (rest.startsWith('P<') || rest.startsWith('<')) return refuseGroupName(source, start, rest);
  return refuseOtherGroup(rest, place);
}

function refuseGroupName(source: string, start: number, rest: string): never {
  const close = rest.indexOf('>');
  const end = close < 0 ? source.length : start + 2 + close + 1;
  const name = rest.slice(rest.indexOf('<') + 1, close < 0 ? undefined : close);
  const message =
    close < 0
      ? 'the group name is not closed'
      : name === ''
        ? 'the group name is empty'
        : `${quote(name)} is not a group name`;
  return refuse(
    'bad-group-name',
    { start, end },
    message,
    'a name is made of ASCII letters, digits and `_`: `(?P<name>...)`',
  );
}

function refuseOtherGroup(rest: string, place: (length: number) => Span): never {
  const first = rest.charAt(0);
  switch (first) {
    case '':
      return refuse(
        'missing-parenthesis',
        place(0),
        'the pattern ends inside a group',
        'close the group with `)`',
      );
    case '>':
      return refuse(
        'possessive',
        place(1),
        'atomic group `(?>` is not part of RE2',
        'write `(?:...)`: RE2 never backtracks, so there is nothing to prevent',
      );
    case '#':
      return refuse(
        'unsupported-group',
        place(1),
        'comment `(?#` is not part of RE2',
        'put the comment into the file beside the pattern',
      );
    case '|':
      return refuse(
        'unsupported-group',
        place(1),
        'branch reset `(?|` is not part of RE2',
        'write `(?:...|...)`',
      );
    case '(':
      return refuse(
        'unsupported-group',
        place(1),
        'conditional `(?(` is not part of RE2',
        'write both cases as alternatives: `(?:a...|b...)`',
      );
    case "'":
      return refuse(
        'unsupported-group',
        place(1),
        "group name in quotes `(?'` is not part of RE2",
        'write `(?P<name>...)`',
      );
    default:
      return refuseFlags(rest, place);
  }
}

function refuseFlags(rest: string, place: (length: number) => Span): never {
  if (/^(?:R|&|P>|[+-]?[0-9])/.test(rest)) {
    return refuse(
      'unsupported-group',
      place(1),
      'recursion into a group is not part of RE2',
      'write the group out as often as it may nest',
    );
  }
  const length = /^[A-Za-z-]*/.exec(rest)?.[0].length ?? 0;
  const flags = rest.slice(0, length);
  const ended = rest.charAt(length);
  const unknown = [...flags].find((flag) => !'imsU-'.includes(flag));
  if (unknown !== undefined) {
    const verbose = unknown === 'x' ? '; write the pattern without its spaces and comments' : '';
    return refuse(
      'bad-flag',
      place(length),
      `flag ${quote(unknown)} is not part of RE2`,
      `${FLAGS_HINT}${verbose}`,
    );
  }
  if (ended === '') {
    return refuse(
      'missing-parenthesis',
      place(length),
      'the pattern ends inside a group',
      'close the group with `)`',
    );
  }
  return refuse(
    'bad-flag',
    place(length + 1),
    `${quote(`(?${flags}${ended}`)} does not start a group`,
    FLAGS_HINT,
  );
}

const ESCAPE_HINTS: Readonly<Record<string, readonly [string, string]>> = {
  Z: [
    '`\\Z` is not part of RE2',
    'write `\\z` for the end of the text, or `\\n?\\z` to allow a last line feed',
  ],
  G: ['`\\G` is not part of RE2', 'anchor with `^` or `\\A`'],
  K: ['`\\K` is not part of RE2', 'leave it out: only whether the pattern matches counts'],
  R: ['`\\R` is not part of RE2', 'write `(?:\\r\\n|\\n|\\r)`'],
  X: ['`\\X` is not part of RE2', 'write `\\PM\\pM*`'],
  N: ['`\\N` is not part of RE2', 'write `[^\\n]`, or `\\x{...}` for a named character'],
  h: ['`\\h` is not part of RE2', 'write `[\\t ]`, or `[\\t\\p{Zs}]` with Unicode spaces'],
  H: ['`\\H` is not part of RE2', 'write `[^\\t ]`'],
  V: ['`\\V` is not part of RE2', 'write `[^\\n\\v\\f\\r]`'],
  C: ['`\\C` is refused', 'a single byte has no meaning here, texts are made of characters: write `(?s:.)`'],
  E: ['`\\E` without `\\Q` before it', 'leave it out, or open the quotation with `\\Q`'],
  e: ['`\\e` is not part of RE2', 'write `\\x1b`'],
  c: ['`\\c` is not part of RE2', 'write the control character as `\\x01` to `\\x1a`'],
  u: ['`\\u` is not part of RE2', 'write `\\x{0041}` with the code point in braces'],
  U: ['`\\U` is not part of RE2', 'write `\\x{0041}` with the code point in braces'],
  L: ['`\\L` is not part of RE2', 'write the text in lower case, or use `(?i)`'],
  l: ['`\\l` is not part of RE2', 'write the letter in lower case, or use `(?i)`'],
};

/** Refuses an escape that RE2 does not know. `inClass` is whether it stands between brackets. */
export function refuseEscape(text: string, place: Span, inClass: boolean): never {
  const letter = text.slice(1);
  if (letter === '') {
    return refuse(
      'trailing-backslash',
      place,
      'the pattern ends in a backslash',
      'write `\\\\` for a backslash, or remove it',
    );
  }
  if (/^[1-9gk]$/.test(letter) && !inClass) {
    return refuse(
      'backreference',
      place,
      `back-reference ${quote(text)} is not part of RE2`,
      'write the text that may repeat a second time: RE2 cannot compare with an earlier group',
    );
  }
  if (inClass && 'bBAzQ'.includes(letter)) {
    const instead = letter === 'b' ? ': write `\\x08` for a backspace' : '';
    return refuse(
      'bad-escape',
      place,
      `${quote(text)} does not stand for a character`,
      `it has no meaning between brackets${instead}`,
    );
  }
  if (letter === 'x') {
    return refuse(
      'bad-escape',
      place,
      '`\\x` needs hexadecimal digits',
      'write two digits as in `\\x41`, or up to 10FFFF in braces as in `\\x{1F600}`',
    );
  }
  if (letter === 'p' || letter === 'P') {
    return refuse(
      'bad-property',
      place,
      `${quote(text)} needs a property name`,
      'write `\\pL`, or a name in braces as in `\\p{Greek}`',
    );
  }
  const known = Object.hasOwn(ESCAPE_HINTS, letter) ? ESCAPE_HINTS[letter] : undefined;
  if (known !== undefined) return refuse('bad-escape', place, known[0], known[1]);
  return refuse(
    'bad-escape',
    place,
    `unknown escape ${quote(text)}`,
    `only punctuation can be escaped: write ${quote(letter)} for the character itself`,
  );
}
