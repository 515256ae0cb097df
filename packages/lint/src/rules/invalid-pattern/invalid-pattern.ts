import { atSpan, atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import type { PatternModel } from '../../model/pattern-model.ts';
import { rewriteLookAhead } from '../../patterns/rewrite-look-ahead.ts';

export const invalidPattern: Rule = {
  meta: {
    name: 'invalid-pattern',
    category: 'correctness',
    severity: SEVERITIES.fatal,
    fixable: true,
    summary: 'A pattern is not RE2 syntax, so the policy can not be enforced.',
    options: {},
  },
  *check(model) {
    for (const rule of model.rules) {
      for (const argument of rule.arguments) yield* checkPattern(argument.pointer, argument.pattern);
    }
    for (const { pointer, pattern } of model.dlpPatterns) yield* checkPattern(`${pointer}/regex`, pattern);
  },
};

function* checkPattern(pointer: string, pattern: PatternModel): Iterable<Finding> {
  const { error, source } = pattern;
  if (error === undefined) return;
  const place =
    error.end > error.start || source.length > 0 ? atSpan(pointer, error.start, error.end) : atValue(pointer);
  const rewritten = error.code === 'look-around' ? rewriteLookAhead(source) : undefined;
  if (rewritten === undefined) {
    yield { place, message: error.message, help: error.hint };
    return;
  }
  yield {
    place,
    message: error.message,
    help: `write \`${rewritten}\`, which accepts the same texts`,
    fixes: [
      {
        title: `replace the look-ahead: \`${rewritten}\``,
        // A policy that was refused whole can be enforced afterwards.
        safety: 'unsafe',
        edits: [{ kind: 'replace-span', pointer, start: 0, end: source.length, text: rewritten }],
      },
    ],
  };
}
