/** Scripts whose letters pass for Latin ones. */
const LOOK_ALIKE_SCRIPTS: readonly { readonly script: string; readonly member: RegExp }[] = [
  { script: 'Cyrillic', member: /\p{Script=Cyrillic}/u },
  { script: 'Greek', member: /\p{Script=Greek}/u },
  { script: 'Armenian', member: /\p{Script=Armenian}/u },
  { script: 'Cherokee', member: /\p{Script=Cherokee}/u },
];

/** Letters of the scripts above that look like Latin ones: whole names made of them are look-alikes too. */
const TWINS: ReadonlySet<string> = new Set('асеорхуіјѕһԁԛԝтмкнвαινορυχοԍ');

export interface ForeignLetter {
  readonly letter: string;
  readonly script: string;
  /** In hexadecimal, four digits at least. */
  readonly codePoint: string;
}

/**
 * The first letter that does not belong: of another script in a name with Latin letters, or any letter of a
 * name that is made of look-alikes alone. A name in Cyrillic or Greek with letters of its own is no finding.
 */
export function findForeignLetter(name: string): ForeignLetter | undefined {
  const hasLatin = /\p{Script=Latin}/u.test(name);
  const foreign: ForeignLetter[] = [];
  let genuine = false;
  for (const letter of name) {
    const script = LOOK_ALIKE_SCRIPTS.find(({ member }) => member.test(letter))?.script;
    if (script === undefined) continue;
    if (!TWINS.has(letter)) genuine = true;
    const codePoint = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    foreign.push({ letter, script, codePoint });
  }
  return hasLatin || !genuine ? foreign[0] : undefined;
}
