import { atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { guessInterpreter, type Interpreter } from '../../facts/argument-kinds.ts';
import { quote } from '../../facts/quote.ts';
import type { PatternModel } from '../../model/pattern-model.ts';
import type { ArgumentModel } from '../../model/policy-model.ts';
import { isClosed, mentionsOneOf } from '../../patterns/shape.ts';
import { isNearlyUniversal } from '../../patterns/universal.ts';

/** What an attacker appends to a harmless start; the first that passes is shown. */
const SHELL_TAILS = [
  '; rm -rf ~',
  ' && rm -rf ~',
  ' | sh',
  ' $(id)',
  ' `id`',
  ' & id',
  '\nid',
  ';id',
  '|id',
  '&id',
  '$(id)',
  '`id`',
  ' > ~/.bashrc',
];
const SQL_TAILS = [
  ' 1; DROP TABLE x',
  '; DROP TABLE x',
  ';DROP TABLE x',
  '; delete from x',
  '1;drop',
  ';drop',
];

/** Something, a separator, and the start of something else; as RE2 patterns. */
const SHELL_SEPARATOR = '\\S\\s*(?:[;|&\\n]\\s*[A-Za-z./~]|\\$\\(|`[A-Za-z])';
const SQL_SEPARATOR = '\\S(?s:.*);\\s*[A-Za-z]';

export const newlineOrSecondCommand: Rule = {
  meta: {
    name: 'newline-or-second-command',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: false,
    summary:
      'A pattern for a command or a query lets a second one through, after `;`, `|`, `&&` or a line break.',
    options: {},
  },
  *check(model) {
    for (const { rule, argument } of model.constrained) {
      const interpreter = guessInterpreter(rule.tool, argument.name, argument.pattern.source);
      if (interpreter !== 'none') yield* checkArgument(argument, interpreter);
    }
  },
};

function* checkArgument(
  argument: ArgumentModel,
  interpreter: Exclude<Interpreter, 'none'>,
): Iterable<Finding> {
  const { pattern } = argument;
  if (pattern.pattern === undefined || isNearlyUniversal(pattern)) return;
  const example = recall(pattern, interpreter);
  if (example === undefined) return;
  const [what, help] =
    interpreter === 'sql'
      ? [
          'a second statement',
          'list the characters that a query may have, without `;`, and close it with `$`: `^SELECT [A-Za-z0-9_, *=]+$`',
        ]
      : [
          example.includes('\n') ? 'a second command on a line of its own' : 'a second command',
          'list the characters that a command may have, without `;|&$<>`, backticks and line breaks, and close it with `$`: `^(?:ls|cat) [A-Za-z0-9_./ -]+$`',
        ];
  yield {
    place: atValue(argument.pointer),
    message: `${quote(pattern.source)} lets ${what} through: ${quote(example)} passes`,
    help,
  };
}

interface Found {
  readonly example: string | undefined;
}

const FOUND = { shell: new WeakMap<PatternModel, Found>(), sql: new WeakMap<PatternModel, Found>() };

/** Many rules of a policy share a pattern, and the search tries a hundred texts: it is done once for each. */
function recall(pattern: PatternModel, interpreter: Exclude<Interpreter, 'none'>): string | undefined {
  const known = FOUND[interpreter].get(pattern) ?? { example: findSecond(pattern, interpreter) };
  FOUND[interpreter].set(pattern, known);
  return known.example;
}

/** Harmless starts of the pattern's own kind, with a tail; then any text of the pattern with a separator in it. */
function findSecond(pattern: PatternModel, interpreter: Exclude<Interpreter, 'none'>): string | undefined {
  const { example } = pattern;
  if (example === undefined) return undefined;
  const tails = interpreter === 'sql' ? SQL_TAILS : SHELL_TAILS;
  for (const start of [example, `${example}x`, `${example} x`]) {
    const base = start.trimEnd();
    for (const core of [start, base]) {
      for (const tail of tails) {
        const candidate = core.endsWith(' ') ? core + tail.trimStart() : core + tail;
        if (pattern.accepts(candidate)) return candidate;
      }
    }
  }
  // Where white space may be a line break, the words after it are a command of their own.
  const lines = example.trim().replaceAll(' ', '\n');
  if (interpreter === 'shell' && lines.includes('\n') && pattern.accepts(lines)) return lines;
  const [separator, characters] = interpreter === 'sql' ? [SQL_SEPARATOR, ';'] : [SHELL_SEPARATOR, ';|&\n`$'];
  const root = pattern.pattern?.root;
  // The automata are asked only where some part of the pattern could stand for a separator.
  if (root !== undefined && isClosed(root) && !mentionsOneOf(root, characters)) return undefined;
  return pattern.findCommon(separator);
}
