import type { DecisionTable } from '@agentpolicy/core';
import { spellLiteral } from '../languages/literal.ts';
import type { Taste } from './witness.ts';

/** More names would make the automaton large; the rest is left to whoever confirms an example. */
const MAX_NAMES = 100;

/** Names that stand for a place or for nothing, and say little about where a path leads. */
const PLACES = new Set(['', '.', '..', '~', '$HOME', `\${HOME}`, 'file:']);

/** What a text that refers to some path holds. */
const PATH_CHARACTERS = '[/\\\\~$%]';

/**
 * Protected paths are judged apart from arguments and by other means than patterns: an example that
 * mentions one would be refused whatever else is decided. So examples are first looked for among texts that
 * don't hold a protected path's last name, and then among those without anything that makes a path.
 */
export function avoidProtectedPaths(tables: readonly DecisionTable[]): Taste {
  const names = new Set(tables.flatMap((table) => table.protectedPaths.flatMap(lastName)));
  if (tables.every((table) => table.protectedPaths.length === 0)) return [];
  const list = [...names].sort().slice(0, MAX_NAMES).map(spellLiteral);
  const mention = list.length === 0 ? [] : [`(?i)(?:${list.join('|')})`];
  return [...(mention.length === 0 ? [] : [mention]), [...mention, PATH_CHARACTERS]];
}

function lastName(path: string): readonly string[] {
  const name = path.split(/[/\\]/).findLast((segment) => !PLACES.has(segment));
  return name === undefined ? [] : [name];
}
