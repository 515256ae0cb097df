/**
 * RE2 has no look-ahead. The commonest use of one in policies, `^(?!.*\.\.)REST`, forbids two dots in a row
 * and can be said without it: every dot is followed by something that is no dot, or by the end.
 *
 * Returns the pattern without the look-ahead, or undefined where the form is another. The rewrites are
 * templates that the tests prove with automata: texts of REST without the forbidden pair, and no others.
 */
export function rewriteLookAhead(source: string): string | undefined {
  const match = /^\^\(\?!\.\*(?:\\\.\\\.|\\\.\{2\}|\[\.\]\[\.\])\)(.*)$/.exec(source);
  const rest = match?.[1];
  if (rest === undefined) return undefined;
  if (rest === '.*$' || rest === '.*') return rest === '.*$' ? '^(?:[^.\\n]|\\.[^.\\n])*\\.?$' : undefined;
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
