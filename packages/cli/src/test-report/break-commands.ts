import type { TestFormat } from './formats.ts';

/** The first of two colons, blanks before them or not. */
const COLONS = /^([^\S\n]*):(?=:)/gm;

/**
 * A report in which GitHub's runner finds no command. It obeys a line that begins with two colons, and, in an older form, `##[` anywhere; a suite's name or a tool's could be either. Where a format has escapes, the
 * report stays the same to who reads it.
 */
export function breakCommands(text: string, format: Exclude<TestFormat, 'github'> | 'text'): string {
  switch (format) {
    case 'json':
      return text.replaceAll('##[', '#\\u0023[');
    case 'junit':
      return text.replaceAll('##[', '&#35;#[').replace(COLONS, '$1&#58;');
    default:
      return text.replaceAll('##[', '## [').replace(COLONS, '$1: ');
  }
}
