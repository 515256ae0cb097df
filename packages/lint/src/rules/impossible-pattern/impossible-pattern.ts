import { atKey, atValue } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { listNames } from '../../facts/list-names.ts';
import { normalizePath } from '../../facts/paths.ts';
import { quote } from '../../facts/quote.ts';
import type { PatternModel } from '../../model/pattern-model.ts';
import type { ArgumentModel, PolicyModel } from '../../model/policy-model.ts';

export const impossiblePattern: Rule = {
  meta: {
    name: 'impossible-pattern',
    category: 'correctness',
    severity: SEVERITIES.fatal,
    fixable: false,
    summary: 'A pattern matches nothing, or a rule asks for arguments that no call can have.',
    options: {},
  },
  *check(model) {
    const findNear = indexPlaces(describePlaces(model));
    for (const { rule, argument } of model.constrained) {
      if (argument.pattern.isEmpty) {
        yield reportEmpty(argument.pointer, argument.pattern, `every call of ${quote(rule.tool)} is refused`);
      } else yield* checkReserved(argument);
      yield* checkProtected(findNear, argument);
    }
    for (const { pointer, pattern } of model.dlpPatterns) {
      if (pattern.isEmpty) yield reportEmpty(`${pointer}/regex`, pattern, 'it never finds anything');
    }
  },
};

function reportEmpty(pointer: string, pattern: PatternModel, consequence: string): Finding {
  const help = /\n$/.test(pattern.source)
    ? 'the pattern ends with a line break: write the block scalar with `|-`, or quote it on one line'
    : 'look for a `$` before or a `^` after what must match';
  return {
    place: atValue(pointer),
    message: `${quote(pattern.source)} matches no text at all: ${consequence}`,
    help,
  };
}

/** The proxy takes `_aip_aat` out of a call (v1alpha3 §3.10.5): no server and no rule sees it as an argument. */
function* checkReserved(argument: ArgumentModel): Iterable<Finding> {
  if (argument.name !== '_aip_aat') return;
  yield {
    place: atKey(argument.pointer),
    message: '`_aip_aat` is reserved for the agent authentication token and never an argument',
    help: 'remove it: the token is checked by `aat`',
  };
}

/** Plain paths: detours through `..`, escapes and backslashes are resolved before the comparison. */
const DETOUR = '\\.\\.|[%\\\\]';

/** A protected path with what it refuses for sure. */
interface ProtectedPlace {
  readonly path: string;
  readonly pointer: string;
  readonly below: string;
  readonly lastSegment: string;
}

function describePlaces(model: PolicyModel): readonly ProtectedPlace[] {
  return model.protectedPaths.flatMap(({ path, pointer }) => {
    const normal = normalizePath(path);
    const below = describeBelow(normal);
    return below === undefined ? [] : [{ path, pointer, below, lastSegment: lastSegment(normal) }];
  });
}

type FindNear = (source: string) => readonly ProtectedPlace[];

/** Finds the places whose last segment a pattern spells out, in their order, without trying each of thousands. */
function indexPlaces(places: readonly ProtectedPlace[]): FindNear {
  const bySegment = new Map<string, ProtectedPlace[]>();
  for (const place of places) {
    const others = bySegment.get(place.lastSegment);
    if (others === undefined) bySegment.set(place.lastSegment, [place]);
    else others.push(place);
  }
  const lengths = new Set([...bySegment.keys()].map((segment) => segment.length));
  return (source) => {
    if (bySegment.size * 4 < source.length * lengths.size)
      return places.filter(({ lastSegment }) => source.includes(lastSegment));
    const found = new Set<ProtectedPlace>();
    for (const length of lengths) {
      for (let at = 0; at + length <= source.length; at++) {
        for (const place of bySegment.get(source.slice(at, at + length)) ?? []) found.add(place);
      }
    }
    return found.size === 0 ? [] : places.filter((place) => found.has(place));
  };
}

/** More places than this are first asked about together: seldom does a pattern lie below any of them. */
const MAX_SINGLE = 8;

/** Whether all that a pattern accepts, detours aside, lies below one protected path, or below several together. */
function* checkProtected(findNear: FindNear, argument: ArgumentModel): Iterable<Finding> {
  const { pattern } = argument;
  const near = findNear(pattern.source);
  if (near.length === 0 || pattern.isEmpty || pattern.isWithin(DETOUR) !== 'no') return;
  const isCovered = (paths: typeof near): boolean =>
    pattern.isWithin([...paths.map(({ below }) => below), DETOUR].join('|')) === 'yes';
  if (near.length > MAX_SINGLE && !isCovered(near)) return;
  const single = near.find((each) => isCovered([each]));
  const covering = single !== undefined ? [single] : near.length > 1 && isCovered(near) ? near : [];
  if (covering.length === 0) return;
  const detour = pattern.findCommon('\\.\\.');
  yield {
    place: atValue(argument.pointer),
    message: `no call can satisfy ${quote(pattern.source)}${detour === undefined ? '' : ' without a detour through `..`'}: all that it accepts is protected by ${listNames(covering.map(({ path }) => path))}`,
    help: 'protected paths are refused before arguments are looked at: take one of the two back',
    related: covering.map(({ pointer }) => ({ message: 'protected here', place: atValue(pointer) })),
  };
}

/** The texts that a protected path refuses for sure, as an RE2 pattern; undefined where the path alone does not tell. */
function describeBelow(path: string): string | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.length === 0 || segments.includes('..') || path === '.') return undefined;
  const text = escapePattern(path);
  // A relative path is a name: it is protected wherever it stands, and where it goes on as `.env.local` does.
  return /^[~/]/.test(path) ? `^${text}(?:/|$)` : `(?:^|/)${text}(?:[./~-]|$)`;
}

/** Patterns that could lie below a path spell its last segment out: a cheap test before the automata. */
function lastSegment(path: string): string {
  return (path.split('/').at(-1) ?? '').split('.').at(-1) ?? '';
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
