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
  const open = options.find((option) => !isAnchoredAtStart(option) || !isAnchoredAtEnd(option));
  if (open === undefined) return;
  const example = findIntruder(argument);
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

function findIntruder({ pattern }: ArgumentModel): string | undefined {
  const core = pattern.example;
  if (core === undefined) return undefined;
  const candidates = [`${core}; evil`, `${core} evil`, `${core}evil`, `evil ${core}`, `evil${core}`];
  return candidates.find((candidate) => pattern.accepts(candidate));
}
