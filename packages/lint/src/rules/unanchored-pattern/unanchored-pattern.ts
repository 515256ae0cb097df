import { parsePattern } from '@agentpolicy/regex';
import { atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { isAddressArgument, isPathArgument } from '../../facts/argument-kinds.ts';
import { getNarrowingSafety } from '../../facts/narrowing.ts';
import { quote } from '../../facts/quote.ts';
import type { FindingFix } from '../../fixes/finding-fix.ts';
import type { ArgumentModel } from '../../model/policy-model.ts';
import { hasEscapingAlternation } from '../../patterns/alternation.ts';
import {
  endsWithOneOf,
  isAnchoredAtEnd,
  isAnchoredAtStart,
  isOpenAtEnd,
  isOpenAtStart,
} from '../../patterns/shape.ts';
import { isNearlyUniversal } from '../../patterns/universal.ts';

/** A prefix that ends with one of these is complete: `^/workspace/` says what it means. */
const SEPARATORS = '/:?#=@ ';

export const unanchoredPattern: Rule = {
  meta: {
    name: 'unanchored-pattern',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: true,
    summary: 'A pattern for an argument is open at an end, so texts that merely contain a match pass.',
    options: {
      allowPrefixes: {
        type: 'flag',
        default: true,
        description: 'accept a pattern that ends with a separator, such as `^/workspace/`',
      },
    },
  },
  *check(model, options) {
    const allowPrefixes = options.flag('allowPrefixes');
    for (const { rule, argument } of model.constrained) {
      yield* checkArgument(argument, allowPrefixes, getNarrowingSafety(model, rule));
    }
  },
};

function* checkArgument(
  argument: ArgumentModel,
  allowPrefixes: boolean,
  safety: FindingFix['safety'],
): Iterable<Finding> {
  const { pattern, source } = argument.pattern;
  if (pattern === undefined || argument.pattern.isEmpty || isNearlyUniversal(argument.pattern)) return;
  const { root } = pattern;
  // One cause, one finding: there the alternation opens the ends.
  if (hasEscapingAlternation(root)) return;
  const openStart = !isAnchoredAtStart(root) && !isOpenAtStart(root);
  const openEnd =
    !isAnchoredAtEnd(root) && !isOpenAtEnd(root) && !(allowPrefixes && endsWithOneOf(root, SEPARATORS));
  if (!openStart && !openEnd) return;

  const example = findIntruder(argument, openStart, openEnd);
  const anchored = anchorSource(source, openStart, openEnd);
  // `\bx` and the like can be closed without an anchor: the automaton knows.
  if (example === undefined && argument.pattern.isWithin(anchored) === 'yes') return;
  const ends = openStart && openEnd ? 'both ends' : openStart ? 'its start' : 'its end';
  const fix = anchor(argument, openStart, openEnd, safety);
  yield {
    place: atValue(argument.pointer),
    message: `${quote(source)} is open at ${ends}${example === undefined ? '' : `: ${quote(example)} passes`}`,
    help:
      fix === undefined
        ? 'a pattern matches anywhere in the value: close it with `^` and `$`'
        : `a pattern matches anywhere in the value: write ${quote(anchored)}, or say with \`.*\` that anything may stand there`,
    ...(fix === undefined ? {} : { fixes: [fix] }),
  };
}

/** A text that its author can hardly have meant, made around one that the pattern is for. */
function findIntruder(argument: ArgumentModel, start: boolean, end: boolean): string | undefined {
  const { pattern } = argument;
  const [before, after] = isAddressArgument(argument.name)
    ? ['https://evil.example/?', '.evil.example']
    : isPathArgument(argument.name)
      ? ['/evil/', '/../evil']
      : ['evil ', ' evil'];
  const surroundings = [
    [before, after],
    ['evil', 'evil'],
    ['evil ', ' evil'],
    ['evil\n', '\nevil'],
  ];
  for (const core of pattern.examples) {
    for (const [left = '', right = ''] of surroundings) {
      const candidate = `${start ? left : ''}${core}${end ? right : ''}`;
      if (pattern.accepts(candidate)) return candidate;
    }
  }
  return undefined;
}

function anchorSource(source: string, start: boolean, end: boolean): string {
  const parsed = parsePattern(source);
  const grouped = parsed.ok && parsed.pattern.root.type === 'alternate' ? `(?:${source})` : source;
  return `${start ? '^' : ''}${grouped}${end ? '$' : ''}`;
}

/** The fix is offered only where the result really is anchored: `\Qa` would swallow a `$`. */
function anchor(
  argument: ArgumentModel,
  start: boolean,
  end: boolean,
  safety: FindingFix['safety'],
): FindingFix | undefined {
  const { source } = argument.pattern;
  const anchored = anchorSource(source, start, end);
  const parsed = parsePattern(anchored);
  if (!parsed.ok) return undefined;
  const { root } = parsed.pattern;
  if (start && !isAnchoredAtStart(root)) return undefined;
  if (end && !isAnchoredAtEnd(root)) return undefined;
  return {
    title: `anchor the pattern: ${quote(anchored)}`,
    safety,
    edits: [
      { kind: 'replace-span', pointer: argument.pointer, start: 0, end: source.length, text: anchored },
    ],
  };
}
