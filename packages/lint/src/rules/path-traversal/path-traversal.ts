import { atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { isAddressArgument, isPathArgument, startsLikePath } from '../../facts/argument-kinds.ts';
import { getNarrowingSafety } from '../../facts/narrowing.ts';
import { quote } from '../../facts/quote.ts';
import type { FindingFix } from '../../fixes/finding-fix.ts';
import type { PatternModel } from '../../model/pattern-model.ts';
import type { ArgumentModel } from '../../model/policy-model.ts';
import { getLiteralPrefix, isClosed, mentionsOneOf } from '../../patterns/shape.ts';
import { isNearlyUniversal } from '../../patterns/universal.ts';

export const pathTraversal: Rule = {
  meta: {
    name: 'path-traversal',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: true,
    summary: 'A pattern for a path accepts `..`, which leads out of the folder that it names.',
    options: {},
  },
  *check(model) {
    for (const { rule, argument } of model.constrained) {
      if (holdsPath(argument)) yield* checkArgument(argument, getNarrowingSafety(model, rule));
    }
  },
};

/** The argument is a path, or the address of a file on this machine: elsewhere, a server decides what `..` means. */
function holdsPath({ name, pattern: { source } }: ArgumentModel): boolean {
  if (source.includes('file:/')) return true;
  if (source.includes('://') || isAddressArgument(name)) return false;
  return isPathArgument(name) || startsLikePath(source);
}

function* checkArgument(argument: ArgumentModel, safety: FindingFix['safety']): Iterable<Finding> {
  const { pattern } = argument;
  if (pattern.pattern === undefined || isNearlyUniversal(pattern)) return;
  const prefix = getLiteralPrefix(pattern.pattern);
  const example = findTraversal(pattern, prefix);
  if (example === undefined) return;
  const narrowed = narrow(pattern.source);
  yield {
    place: atValue(argument.pointer),
    message: `${quote(pattern.source)} accepts \`..\`: ${quote(example)} passes`,
    help:
      narrowed === undefined
        ? 'let no path segment be `..`, for example `^/workspace/(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/?)+$`'
        : `write ${quote(narrowed)}, in which no segment starts with two dots`,
    ...(narrowed === undefined
      ? {}
      : {
          fixes: [
            {
              title: 'refuse `..` as a path segment',
              safety,
              edits: [
                {
                  kind: 'replace-span',
                  pointer: argument.pointer,
                  start: 0,
                  end: pattern.source.length,
                  text: narrowed,
                },
              ],
            },
          ],
        }),
  };
}

/** A whole segment that is `..`; an RE2 pattern. */
const PARENT_SEGMENT = '(?:^|/)\\.\\.(?:/|$)';

function findTraversal(pattern: PatternModel, prefix: string): string | undefined {
  const { example } = pattern;
  const root = pattern.pattern?.root;
  const folder = prefix.endsWith('/') ? prefix : `${prefix}/`;
  const candidates = [
    `${prefix === '' ? '' : folder}../etc/passwd`,
    `${prefix === '' ? '' : folder}../../etc/passwd`,
    ...(example === undefined ? [] : [`${example}/../../etc/passwd`, `${example}/..`]),
  ];
  const found = candidates.find(pattern.accepts);
  if (found !== undefined || root === undefined) return found;
  return isClosed(root) && !mentionsOneOf(root, '.') ? undefined : pattern.findCommon(PARENT_SEGMENT);
}

/**
 * `^/workspace/.*` with nothing behind is the one form that is rewritten: its meaning is beyond doubt.
 * A segment is then a name that starts with at most one dot.
 */
function narrow(source: string): string | undefined {
  const match = /^\^((?:[A-Za-z0-9_/-]|\\\.)*\/)(?:\.\*\$?)?$/.exec(source);
  const folder = match?.[1];
  return folder === undefined ? undefined : `^${folder}(?:\\.?[^./\\n][^/\\n]*(?:/+|$))*$`;
}
