import type { ErrorCode } from 'yaml';
import type { SpecCode } from '../spec-codes.ts';

interface YamlMessage {
  readonly code: SpecCode;
  readonly message: string;
  readonly help: string;
}

function syntax(message: string, help: string): YamlMessage {
  return { code: 'yaml-syntax', message, help };
}

const MESSAGES: Partial<Readonly<Record<ErrorCode, YamlMessage>>> = {
  ALIAS_PROPS: syntax('an alias has an anchor or a tag of its own', 'write the alias alone'),
  BAD_ALIAS: syntax('the name of an anchor or alias is not valid', 'use letters, digits, `-` and `_`'),
  BAD_COLLECTION_TYPE: {
    code: 'custom-tag',
    message: 'a tag does not fit its value',
    help: 'remove the tag',
  },
  BAD_DIRECTIVE: {
    code: 'yaml-directive',
    message: 'a `%` directive that YAML 1.2 does not have',
    help: 'remove the line; a value that begins with `%` stands in quotes',
  },
  BAD_DQ_ESCAPE: syntax(
    'an escape that YAML does not have, in double quotes',
    'write a backslash as `\\\\` in double quotes, or use single quotes, in which it stands for itself',
  ),
  BAD_INDENT: syntax('the indentation fits no line above', 'align the line with its neighbours'),
  BAD_PROP_ORDER: syntax('an anchor or tag stands in the wrong place', 'write it directly before the value'),
  BAD_SCALAR_START: syntax(
    'a plain value begins with a character that has a meaning in YAML',
    'put the value in quotes',
  ),
  BLOCK_AS_IMPLICIT_KEY: syntax('the indentation fits no line above', 'align the line with its neighbours'),
  BLOCK_IN_FLOW: syntax('an indented block stands inside brackets', 'write it in brackets or without any'),
  KEY_OVER_1024_CHARS: syntax('a key is longer than 1024 characters', 'shorten the key'),
  MISSING_CHAR: syntax(
    'a bracket, quote, comma or space is missing',
    'look at what is still open before this place',
  ),
  MULTILINE_IMPLICIT_KEY: syntax('a key goes over several lines', 'write the key on one line, with its `:`'),
  MULTIPLE_ANCHORS: syntax('one value has two anchors', 'keep one of them'),
  MULTIPLE_TAGS: syntax('one value has two tags', 'remove them'),
  NON_STRING_KEY: {
    code: 'non-string-key',
    message: 'a key that is not a string',
    help: 'put the key in quotes',
  },
  TAB_AS_INDENT: {
    code: 'tab-indentation',
    message: 'a tab in the indentation',
    help: 'indent with spaces: YAML allows no tabs there',
  },
  TAG_RESOLVE_FAILED: {
    code: 'custom-tag',
    message: 'a tag that a policy can not have',
    help: 'remove the tag',
  },
  UNEXPECTED_TOKEN: syntax('something stands here that YAML does not expect', 'look at the line above too'),
};

/** Errors that the reader has one code but several meanings for, told apart by its words. */
const BY_WORDS: readonly (readonly [RegExp, string, string])[] = [
  [
    /closing ['"]quote/,
    'a quoted value is not closed',
    'close the quote: the text up to here is still inside it',
  ],
  [/end with a [\]}]/, 'a bracket is not closed before this place', 'close it with `]` or `}`'],
  [/Missing , /, 'a comma is missing between two values', 'write a comma, or put the text in quotes'],
  [/Comments must be/, 'a comment without a space before its `#`', 'write a space before the `#`'],
  [
    /Nested mappings/,
    'a second `: ` on one line',
    'put the value in quotes, or begin a new line and indent it',
  ],
];

/** What is said about an error of the YAML reader. */
export function describeYamlError(code: ErrorCode, original: string): YamlMessage {
  const general = MESSAGES[code] ?? syntax('the text is not valid YAML', 'look at the line above too');
  if (general.code !== 'yaml-syntax') return general;
  for (const [form, message, help] of BY_WORDS) if (form.test(original)) return syntax(message, help);
  return general;
}
