import type { PatternNode } from '@agentpolicy/regex';
import { atSpan } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { getNarrowingSafety } from '../../facts/narrowing.ts';
import { quote } from '../../facts/quote.ts';
import type { FindingFix } from '../../fixes/finding-fix.ts';
import type { ArgumentModel } from '../../model/policy-model.ts';
import { hasEscapingAlternation } from '../../patterns/alternation.ts';
import { isAnchoredAtEnd, isAnchoredAtStart } from '../../patterns/shape.ts';

export const escapingAlternation: Rule = {
  meta: {
    name: 'escaping-alternation',
    category: 'security',
    severity: SEVERITIES.fatal,
    fixable: true,
    summary: 'An alternation binds weaker than the anchors around it, so an option is open at an end.',
    options: {},
  },
  *check(model) {
    for (const { rule, argument } of model.constrained) {
      const root = argument.pattern.pattern?.root;
      if (root?.type === 'alternate' && hasEscapingAlternation(root)) {
        yield* report(argument, root.options, getNarrowingSafety(model, rule));
      }
    }
  },
};

function* report(
  argument: ArgumentModel,
  options: readonly PatternNode[],
  safety: FindingFix['safety'],
): Iterable<Finding> {
  const { source } = argument.pattern;
  const found = findOpenOption(options);
  if (found === undefined) return;
  const open = found.option;
  const example = findIntruder(argument, found);
  const grouped = groupAlternation(source);
  const passes = example === undefined ? '' : `: ${quote(example)} passes`;
  yield {
    place: atSpan(argument.pointer, open.start, open.end),
    message: `the anchors of ${quote(source)} do not hold for ${quote(source.slice(open.start, open.end))}${passes}`,
    help:
      grouped === undefined
        ? 'put the options in a group: `^(?:a|b)$`'
        : `put the options in a group: write ${quote(grouped)}`,
    ...(grouped === undefined
      ? {}
      : {
          fixes: [
            {
              title: `group the options: ${quote(grouped)}`,
              safety,
              edits: [
                {
                  kind: 'replace-span',
                  pointer: argument.pointer,
                  start: 0,
                  end: source.length,
                  text: grouped,
                },
              ],
            },
          ],
        }),
  };
}

/** `^a|b$` becomes `^(?:a|b)$`; only where the outer anchors are all that there is. */
function groupAlternation(source: string): string | undefined {
  if (!source.startsWith('^') || !source.endsWith('$') || source.endsWith('\\$')) return undefined;
  const inner = source.slice(1, -1);
  return inner.includes('^') || inner.includes('$') || inner.includes('\\Q') ? undefined : `^(?:${inner})$`;
}

interface OpenOption {
  readonly option: PatternNode;
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** The first option without an anchor that another one has. */
function findOpenOption(options: readonly PatternNode[]): OpenOption | undefined {
  const starts = options.some(isAnchoredAtStart);
  const ends = options.some(isAnchoredAtEnd);
  for (const option of options) {
    const atStart = starts && !isAnchoredAtStart(option);
    const atEnd = ends && !isAnchoredAtEnd(option);
    if (atStart || atEnd) return { option, atStart, atEnd };
  }
  return undefined;
}

function findIntruder({ pattern }: ArgumentModel, { atStart, atEnd }: OpenOption): string | undefined {
  const tails = atEnd ? ['; evil', ' evil', 'evil'] : [];
  const heads = atStart ? ['evil ', 'evil'] : [];
  for (const core of pattern.examples) {
    const candidates = [...tails.map((tail) => core + tail), ...heads.map((head) => head + core)];
    const found = candidates.find((candidate) => pattern.accepts(candidate));
    if (found !== undefined) return found;
  }
  return undefined;
}
