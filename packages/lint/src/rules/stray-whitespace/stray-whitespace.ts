import { atKey, atValue, type Place } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { findInvisible } from '../../facts/invisible.ts';
import { quote } from '../../facts/quote.ts';
import type { PatternModel } from '../../model/pattern-model.ts';

const AT_AN_END = /^\s|\s$/;

/** In a pattern, a space at the end can be meant: `^git ` is the start of a command. */
const STRAY_IN_PATTERN = /^\s|[\t\r\n]$/;

/** Spaces at the end of a path, and nothing else stray: file systems drop them, and so does the comparison. */
const DROPPED = /^\S(?:[^\t\r\n\v\f]*[^\s])?\p{Zs}+$/u;

export const strayWhitespace: Rule = {
  meta: {
    name: 'stray-whitespace',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: false,
    summary:
      "A pattern, a path or an argument's name holds an invisible character, or white space at an end.",
    options: {},
  },
  *check(model) {
    for (const rule of model.rules) {
      for (const { name, pointer, pattern } of rule.arguments) {
        yield* checkName(name, pointer);
        yield* checkPattern(pattern, pointer);
      }
    }
    for (const { pointer, pattern } of model.dlpPatterns) yield* checkPattern(pattern, `${pointer}/regex`);
    for (const { path, pointer } of model.protectedPaths) yield* checkPath(path, pointer);
  },
};

function* checkName(name: string, pointer: string): Iterable<Finding> {
  yield* checkInvisible(name, atKey(pointer), 'names of arguments are compared exactly');
  if (!AT_AN_END.test(name)) return;
  yield {
    place: atKey(pointer),
    message: `no argument is called ${quote(name)}: names of arguments are compared exactly`,
    help: 'remove the white space',
  };
}

function* checkPattern(pattern: PatternModel, pointer: string): Iterable<Finding> {
  const { source } = pattern;
  yield* checkInvisible(source, atValue(pointer), 'a pattern means it as it is written');
  // What can match nothing at all is reported as that.
  if (!STRAY_IN_PATTERN.test(source) || pattern.isEmpty) return;
  yield {
    place: atValue(pointer),
    message: `${quote(source)} asks for white space at ${/^\s/.test(source) ? 'its start' : 'its end'}`,
    help: source.endsWith('\n')
      ? 'the block scalar ends with a line break: write it with `|-`, or quote the pattern on one line'
      : 'remove it, or say that it is meant with `\\x20` or `[ ]`',
  };
}

function* checkPath(path: string, pointer: string): Iterable<Finding> {
  yield* checkInvisible(path, atValue(pointer), 'it is dropped when paths are compared');
  if (!AT_AN_END.test(path)) return;
  yield {
    place: atValue(pointer),
    message: DROPPED.test(path)
      ? `${quote(path)} ends with white space, which is dropped when paths are compared`
      : `${quote(path)} protects only a path with this white space in its name`,
    help: 'remove the white space',
  };
}

function* checkInvisible(text: string, place: Place, consequence: string): Iterable<Finding> {
  const character = findInvisible(text);
  if (character === undefined) return;
  yield {
    place,
    message: `${quote(text)} holds a character that nobody sees (${character}): ${consequence}`,
    help: 'remove the character; where it is meant in a pattern, write it as `\\x{…}`',
  };
}
