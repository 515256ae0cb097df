import { isExecutingTool } from './tool-kinds.ts';
import { splitWords } from './words.ts';

const PATH_WORDS: ReadonlySet<string> = new Set([
  'cwd',
  'destination',
  'dir',
  'directory',
  'dst',
  'file',
  'filename',
  'filepath',
  'folder',
  'path',
  'paths',
  'src',
]);

/** The argument holds a file's path, as far as its name tells. */
export function isPathArgument(name: string): boolean {
  return splitWords(name).some((word) => PATH_WORDS.has(word));
}

/** The pattern speaks of paths: its text starts with one, after an anchor, groups and escapes. */
export function startsLikePath(pattern: string): boolean {
  let at = 0;
  while ('^(?:'.includes(pattern[at] ?? ' ') || pattern[at] === '\\') at++;
  const next = pattern[at] ?? '';
  return next === '/' || next === '~' || (next === '.' && pattern[at + 1] === '/');
}

const URL_WORDS: ReadonlySet<string> = new Set([
  'domain',
  'endpoint',
  'host',
  'hostname',
  'origin',
  'uri',
  'url',
  'webhook',
]);

/** The argument holds an address or a host's name, as far as its name tells. */
export function isAddressArgument(name: string): boolean {
  return splitWords(name).some((word) => URL_WORDS.has(word));
}

const COMMAND_WORDS: ReadonlySet<string> = new Set([
  'cmd',
  'cmdline',
  'command',
  'commands',
  'script',
  'shell',
]);
const STATEMENT_WORDS: ReadonlySet<string> = new Set(['sql', 'statement']);
const SQL_VERBS: ReadonlySet<string> = new Set([
  'alter',
  'create',
  'delete',
  'describe',
  'explain',
  'insert',
  'select',
  'show',
  'update',
  'with',
]);

/** What an argument is read as by the tool: a shell's command line, SQL, or neither. */
export type Interpreter = 'shell' | 'sql' | 'none';

/** Guesses from the names and the pattern's first word whether a shell or a database reads the argument. */
export function guessInterpreter(tool: string, argument: string, pattern: string): Interpreter {
  const words = splitWords(argument);
  if (words.some((word) => STATEMENT_WORDS.has(word))) return 'sql';
  if (words.includes('query') && SQL_VERBS.has(firstWord(pattern))) return 'sql';
  if (words.includes('query') && isExecutingTool(tool)) return 'sql';
  if (words.some((word) => COMMAND_WORDS.has(word))) return 'shell';
  return 'none';
}

function firstWord(pattern: string): string {
  let word = '';
  let group = false;
  for (const character of pattern) {
    if (/[A-Za-z]/.test(character)) {
      // Letters directly after `(?` are flags, not text.
      if (!group) word += character.toLowerCase();
    } else if (word !== '') break;
    group = character === '?' || (group && character !== ')' && character !== ':');
  }
  return word;
}
