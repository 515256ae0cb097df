import { isMethodAllowed } from '../calls/allowed-methods.ts';
import type { ComparedTable } from './diff-tools.ts';
import type { MethodDifference } from './difference.ts';
import type { Place } from './places.ts';

/** Named by no list, but allowed where `initialize` is. */
const DISCOVER = 'server/discover';

/**
 * The methods that one policy allows and the other does not, sorted by name; those that neither names as
 * one.
 */
export function diffMethods(old: ComparedTable, next: ComparedTable): readonly MethodDifference[] {
  const names = new Set([DISCOVER]);
  for (const { judged } of [old, next]) {
    const { allowed, denied } = judged.table.methods;
    for (const { name } of [...allowed, ...denied]) if (name !== '*') names.add(name);
  }
  const found = [...names].sort().flatMap((name) => diffMethod(old, next, name));
  const before = old.judged.table.methods.any;
  const after = next.judged.table.methods.any;
  if (before === after) return found;
  const places = { old: placeMethod(old, '*'), next: placeMethod(next, '*') };
  return [...found, { kind: 'method', method: null, change: after ? 'widened' : 'narrowed', places }];
}

function diffMethod(old: ComparedTable, next: ComparedTable, name: string): MethodDifference[] {
  const before = isMethodAllowed(old.judged.table.methods, name);
  const after = isMethodAllowed(next.judged.table.methods, name);
  if (before === after) return [];
  const places = { old: placeMethod(old, name), next: placeMethod(next, name) };
  return [{ kind: 'method', method: name, change: after ? 'widened' : 'narrowed', places }];
}

function placeMethod({ judged, find }: ComparedTable, name: string): readonly Place[] {
  const { allowed, denied, any } = judged.table.methods;
  for (const [list, methods] of [
    ['denied_methods', denied],
    ['allowed_methods', allowed],
  ] as const) {
    const index = methods.find((method) => method.name === name)?.index ?? null;
    if (index !== null) return [find(`/spec/${list}/${index}`)];
  }
  return any && name !== '*' ? placeMethod({ judged, find, rowTexts: [] }, '*') : [];
}
