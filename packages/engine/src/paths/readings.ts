import { canonicalForms } from './canonical.ts';

const QUOTES = /['"`^]/;
/** A quote, with the dollar sign that makes it one of the shell's own kinds. */
const QUOTE_MARKS = /\$?['"]|[`^]/g;
const SHELL_ESCAPES = /\\\n|\\/g;
const REPEATED_BACKSLASHES = /\\+/g;
const C_ESCAPES =
  /\\(?:x([0-9a-fA-F]{2})|(?:u|U0000)([0-9a-fA-F]{4})|u\{0{0,4}([0-9a-fA-F]{1,4})\}|([0-7]{1,3})|[abefnrtv])/g;

/**
 * What a text may mean to the one who reads it, each as a text in which only `/` separates and nothing is
 * escaped. A backslash separates (Windows), is left out (a shell's escape), or begins a character's code;
 * quotation marks stand around a path or are left out from inside it. Each reading is linear in the text.
 */
export function readText(text: string, foldCase: boolean): ReadonlySet<string> {
  const readings = new Set<string>();
  for (const form of canonicalForms(text, foldCase)) {
    for (const plain of readBackslashes(form, foldCase)) {
      readings.add(plain);
      if (QUOTES.test(plain)) readings.add(plain.replace(QUOTE_MARKS, ''));
    }
  }
  return readings;
}

function readBackslashes(text: string, foldCase: boolean): readonly string[] {
  if (!text.includes('\\')) return [text];
  const separated = text.replaceAll('\\', '/');
  const unescaped = text.replace(SHELL_ESCAPES, '');
  const single = text.replace(REPEATED_BACKSLASHES, '\\');
  const decoded = single.replace(C_ESCAPES, decodeEscape);
  if (decoded === single) return [separated, unescaped];
  const bare = decoded.replace(SHELL_ESCAPES, '');
  return [separated, unescaped, ...canonicalForms(bare, foldCase)];
}

function decodeEscape(
  _match: string,
  byte: string | undefined,
  unit: string | undefined,
  braced: string | undefined,
  octal: string | undefined,
): string {
  const hexadecimal = byte ?? unit ?? braced;
  if (hexadecimal !== undefined) return String.fromCharCode(Number.parseInt(hexadecimal, 16));
  // The named ones are white space or control characters: they only delimit.
  return octal === undefined ? ' ' : String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
}
