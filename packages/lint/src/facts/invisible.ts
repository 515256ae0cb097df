/** Characters that are not shown: zero-width spaces and joiners, soft hyphens, marks of direction. */
const INVISIBLE = /\p{Cf}/u;
const ALL_INVISIBLE = /\p{Cf}/gu;

/** The first invisible character of a text, as `U+200B`; undefined where there is none. */
export function findInvisible(text: string): string | undefined {
  const code = INVISIBLE.exec(text)?.[0].codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

export function removeInvisible(text: string): string {
  return text.replace(ALL_INVISIBLE, '');
}
