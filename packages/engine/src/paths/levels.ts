import { type Place, parentOf } from './places.ts';

/** What the stretches of text read so far can stand for: one level for each name on the way. Never changed. */
export interface Level {
  /** Automaton nodes at the end of the name, or `insideOf(path)` at or below a protected path. */
  readonly nodes: readonly number[];
  /** Paths that begin in the name of this level are at these places now. */
  readonly places: readonly Place[];
  /** Paths whose first name is the name of this level: leaving it brings them to these places. */
  readonly births: readonly Place[];
}

const EMPTY: Level = { nodes: [], places: [], births: [] };

/** How "at or below this protected path" is written where an automaton node may stand. */
export function insideOf(path: number): number {
  return -2 - path;
}

/** The protected path of `insideOf`, or -1. */
export function pathInside(node: number): number {
  return node <= -2 ? -2 - node : -1;
}

/** The levels from where the text begins to where it has come. Equal levels are kept once. */
export class Levels {
  readonly #stack: Level[] = [EMPTY];
  readonly #known = new Map<string, Level>();

  top(): Level {
    return this.#stack[this.#stack.length - 1] ?? EMPTY;
  }

  enter(level: Level): void {
    this.#stack.push(this.#intern(level));
  }

  /** What stands below the top once `..` has left it. */
  left(): Level {
    const top = this.top();
    const below = this.#stack[this.#stack.length - 2] ?? EMPTY;
    if (top.places.length === 0 && top.births.length === 0) return below;
    const places = new Set([...below.places, ...top.places.map(parentOf), ...top.births]);
    return { ...below, places: [...places] };
  }

  leave(): void {
    const left = this.left();
    this.#stack.pop();
    this.#stack.pop();
    this.#stack.push(this.#intern(left));
  }

  #intern(level: Level): Level {
    if (level.nodes.length + level.places.length + level.births.length === 0) return EMPTY;
    const ids = (places: readonly Place[]) => places.map((place) => place.id).join();
    const key = `${level.nodes.join()}|${ids(level.places)}|${ids(level.births)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, level);
    return level;
  }
}

/** The protected path that a path which ends at this level is at or below, or -1. */
export function pathAtLevel(level: Level): number {
  for (const node of level.nodes) if (pathInside(node) >= 0) return pathInside(node);
  for (const place of level.places) if (place.path >= 0) return place.path;
  return -1;
}
