import { parsePattern } from '@agentpolicy/regex';
import { createPatternSetFactory, type PatternSet } from './pattern-set.ts';

/**
 * RE2 has no look-ahead. The commonest use of one in policies, `^(?!.*\.\.)REST`, forbids two dots in a row
 * and can be said without it: every dot is followed by something that is no dot, or by the end.
 *
 * Returns the pattern without the look-ahead, or undefined where the form is another or where the automata
 * do not prove that it accepts the texts of REST without the forbidden pair, and no others.
 */
export function rewriteLookAhead(source: string): string | undefined {
  const rest = readRest(source);
  const rewritten = rest === undefined ? undefined : rewriteRest(rest);
  if (rest === undefined || rewritten === undefined) return undefined;
  return provesEqual(rewritten, `^${rest}`) ? rewritten : undefined;
}

/** What the look-ahead sees: two dots with no line break before them. */
const PAIR = '\\.\\.';

function provesEqual(rewritten: string, rest: string): boolean {
  const { create } = createPatternSetFactory();
  function makeSet(source: string): PatternSet | undefined {
    const parsed = parsePattern(source);
    return parsed.ok ? create(parsed.pattern) : undefined;
  }
  const [narrow, wide, pair, either, lineBreak] = [rewritten, rest, PAIR, `${rewritten}|${PAIR}`, '\\n'].map(
    makeSet,
  );
  if (!narrow || !wide || !pair || !either || !lineBreak) return false;
  return (
    wide.isDisjointFrom(lineBreak) === 'yes' &&
    narrow.isWithin(wide) === 'yes' &&
    narrow.isDisjointFrom(pair) === 'yes' &&
    wide.isWithin(either) === 'yes'
  );
}

/** REST of `^(?!.*\.\.)REST`. */
function readRest(source: string): string | undefined {
  const match = /^\^\(\?!\.\*(?:\\\.\\\.|\\\.\{2\}|\[\.\]\[\.\])\)(.*)$/.exec(source);
  return match?.[1];
}

function rewriteRest(rest: string): string | undefined {
  if (rest === '.*$') return '^(?:[^.\\n]|\\.[^.\\n])*\\.?$';
  const repeated = /^\[([^\]\\^[]+)\]([+*])\$$/.exec(rest);
  const members = repeated?.[1];
  if (members === undefined) return undefined;
  const others = removeDot(members);
  if (others === undefined) return undefined;
  // `+` asks for one character at least: the empty text is the only one that the repeats below add.
  const body = `(?:[${others}]|\\.[${others}])`;
  return repeated?.[2] === '*' ? `^${body}*\\.?$` : `^(?:${body}+\\.?|\\.)$`;
}

/** The members of a class without its dot; undefined where there is none, or one in a range. */
function removeDot(members: string): string | undefined {
  const at = members.indexOf('.');
  if (at < 0 || members.indexOf('.', at + 1) >= 0) return undefined;
  const before = members[at - 1];
  const after = members[at + 1];
  if (before === '-' && at >= 2) return undefined;
  // `[.-z]` is a range; `[.-]` is a dot and a hyphen.
  if (after === '-' && at + 2 < members.length) return undefined;
  const rest = members.slice(0, at) + members.slice(at + 1);
  return rest === '' || rest.startsWith('^') ? undefined : rest;
}
