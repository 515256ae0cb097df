import { atKey, atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

const AT_AN_END = /^\s|\s$/;

/** In a pattern, a space at the end can be meant: `^git ` is the start of a command. */
const STRAY_IN_PATTERN = /^\s|[\t\r\n]$/;

export const strayWhitespace: Rule = {
  meta: {
    name: 'stray-whitespace',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: "A pattern, a path or an argument's name starts or ends with white space that nobody sees.",
    options: {},
  },
  *check(model) {
    for (const rule of model.rules) {
      for (const { name, pointer, pattern } of rule.arguments) {
        if (AT_AN_END.test(name)) {
          yield {
            place: atKey(pointer),
            message: `no argument is called ${quote(name)}: names of arguments are compared exactly`,
            help: 'remove the white space',
          };
        }
        // What can match nothing at all is reported as that.
        if (!STRAY_IN_PATTERN.test(pattern.source) || pattern.isEmpty) continue;
        yield {
          place: atValue(pointer),
          message: `${quote(pattern.source)} asks for white space at ${/^\s/.test(pattern.source) ? 'its start' : 'its end'}`,
          help: pattern.source.endsWith('\n')
            ? 'the block scalar ends with a line break: write it with `|-`, or quote the pattern on one line'
            : 'remove it, or say that it is meant with `\\x20` or `[ ]`',
        };
      }
    }
    for (const { path, pointer } of model.protectedPaths) {
      if (!AT_AN_END.test(path)) continue;
      yield {
        place: atValue(pointer),
        message: `${quote(path)} protects only a path with this white space in its name`,
        help: 'remove the white space',
      };
    }
  },
};
