import {
  COLON,
  countDots,
  DASH,
  DOLLAR,
  DOT,
  END,
  isAsciiLetter,
  isBoundary,
  isDelimiter,
  isTrailing,
  isVariableUnit,
  SLASH,
  TILDE,
  unitAt,
} from './characters.ts';
import { insideOf, Levels, pathAtLevel, pathInside } from './levels.ts';
import { NO_NODE, type PathTrie, RELATIVE_ROOT } from './path-trie.ts';
import { type Place, type Places, parentOf } from './places.ts';
import { findPlaceWord, holdsMember } from './starts.ts';

/** One path being read inside a name. */
interface Thread {
  node: number;
  /** The node after the last unit that is not a dot or a space, which some file systems drop at the end. */
  solid: number;
}

/**
 * Says which protected path a reading refers to: the index of the path, or -1.
 *
 * A path begins at the start of the text, after a delimiter and at a few other points; it ends at any later
 * delimiter or at the end; what stands between is resolved. All these stretches are followed at once: between two
 * separators they share all but their first name, and a `..` that takes the first name away leaves one of a few
 * places. So the stretches that are alive are as few as the policy's paths are deep, and the time is linear in
 * the text.
 */
export function findInReading(text: string, trie: PathTrie, places: Places): number {
  return new Walk(text, trie, places).run();
}

class Walk {
  readonly #text: string;
  readonly #trie: PathTrie;
  readonly #places: Places;
  readonly #levels = new Levels();
  #found = -1;

  // The name being read.
  #threads: Thread[] = [];
  #arrived = new Set<Place>();
  #births = new Set<Place>();
  /** Homes of others, entered behind the tilde that comes next. */
  #behindTilde: Place[] = [];
  /** Where a word that looks like an option begins, or -1. */
  #option = -1;
  /** Where the host of a `file:` URL ends, or -1. */
  #hostEnd = -1;

  constructor(text: string, trie: PathTrie, places: Places) {
    this.#text = text;
    this.#trie = trie;
    this.#places = places;
  }

  run(): number {
    let at = this.#readName(0) + 1;
    while (this.#found < 0 && at <= this.#text.length) {
      const dots = countDots(this.#text, at);
      const unit = dots < 0 ? END : unitAt(this.#text, at + dots);
      if (dots >= 0 && unit !== SLASH) {
        // A path may end here, even where a delimiter makes the dots the beginning of a name.
        this.#found = pathAtLevel(dots === 2 ? this.#levels.left() : this.#levels.top());
        if (unit === END || this.#found >= 0) break;
      }
      if (dots >= 0 && unit === SLASH) {
        if (dots === 2) this.#levels.leave();
        at += dots + 1;
      } else at = this.#readName(at) + 1;
    }
    return this.#found;
  }

  /** Reads one name, delimiters included, and gives where the separator behind it or the end of the text is. */
  #readName(from: number): number {
    this.#threads = [];
    this.#arrived = new Set();
    this.#births = new Set();
    this.#option = -1;
    this.#spawn([RELATIVE_ROOT]);
    if (from > 0) this.#carryOn();
    else this.#startAt(0);
    let variable = false;
    for (let at = from; ; at++) {
      const unit = unitAt(this.#text, at);
      if (this.#option >= 0) this.#startInOption(at, unit);
      if (unit === SLASH) {
        // A variable that is not set is nothing at all: what follows begins at the root.
        if (variable || at === this.#hostEnd) this.#arriveAtRoots();
        this.#enterLevel();
        return at;
      }
      const delimiter = isDelimiter(unit);
      if (delimiter || unit === END) this.#endHere();
      if (unit === END || this.#found >= 0) return at;
      this.#consume(unit);
      if (delimiter && !holdsMember(this.#text, at)) {
        this.#spawn([RELATIVE_ROOT]);
        this.#startAt(at + 1);
      }
      variable = unit === DOLLAR || (variable && isVariableUnit(unit));
    }
  }

  #consume(unit: number): void {
    const trailing = isTrailing(unit);
    let kept = 0;
    for (const thread of this.#threads) {
      if (thread.node >= 0) {
        const variant = this.#trie.isVariant(thread.node, unit);
        thread.node = variant ? insideOf(this.#trie.pathAt(thread.node)) : this.#trie.step(thread.node, unit);
        if (!trailing || variant) thread.solid = thread.node;
      }
      // A path that has ended still counts while only dots and spaces follow.
      if (thread.node !== NO_NODE || (trailing && thread.solid !== NO_NODE)) this.#threads[kept++] = thread;
    }
    this.#threads.length = kept;
    if (unit === TILDE && this.#behindTilde.length > 0) {
      this.#spawn([RELATIVE_ROOT]);
      for (const place of this.#behindTilde) this.#begin(place);
      this.#behindTilde = [];
    }
  }

  #spawn(nodes: readonly number[]): void {
    for (const node of nodes) this.#threads.push({ node, solid: node <= insideOf(0) ? node : NO_NODE });
  }

  /** The paths that go on from the names before. */
  #carryOn(): void {
    const top = this.#levels.top();
    for (const node of top.nodes) {
      const next = pathInside(node) >= 0 ? node : this.#trie.step(node, SLASH);
      if (next !== NO_NODE) this.#spawn([next]);
    }
    for (const place of top.places) this.#spawnFrom(place);
  }

  #spawnFrom(place: Place): void {
    this.#spawn(place.path >= 0 ? [insideOf(place.path)] : place.entry);
  }

  /** A path begins here: relative, at a root, at a home. */
  #startAt(at: number): void {
    const unit = unitAt(this.#text, at);
    if (unit === SLASH) {
      this.#startAtSeparator(at);
      return;
    }
    if (unit === DASH) this.#option = at;
    const word = findPlaceWord(this.#text, at);
    if (word !== null) this.#arrive(this.#places[word.place], unitAt(this.#text, at + word.length));
    else if (unit === TILDE && isVariableUnit(unitAt(this.#text, at + 1))) this.#startAtUser(at);

    const { cwd } = this.#places;
    const dots = countDots(this.#text, at);
    const behind = dots < 0 ? unit : unitAt(this.#text, at + dots);
    if (dots >= 0) this.#arrive(dots === 2 ? parentOf(cwd) : cwd, behind);
    if (dots < 0 || behind !== SLASH) this.#begin(cwd);
  }

  #startAtSeparator(at: number): void {
    const letter = unitAt(this.#text, at - 2);
    if (at >= 2 && unitAt(this.#text, at - 1) === COLON && isAsciiLetter(letter)) {
      if (at === 2 || isBoundary(unitAt(this.#text, at - 3))) {
        // `C:/`, or a list with a part of one letter.
        this.#arrived.add(this.#places.root);
        this.#arrived.add(this.#places.drive(String.fromCharCode(letter)));
        return;
      }
      const scheme = this.#text.slice(Math.max(at - 5, 0), at).toLowerCase();
      if (scheme === 'file:' && unitAt(this.#text, at + 1) === SLASH) {
        this.#hostEnd = this.#text.indexOf('/', at + 2);
      }
    }
    this.#arriveAtRoots();
  }

  /** `~name`: the home of another user, beside this one; root's is elsewhere. */
  #startAtUser(at: number): void {
    this.#behindTilde.push(this.#places.homes);
    if (this.#text.startsWith('root', at + 1)) this.#behindTilde.push(this.#places.root);
  }

  /** In `-i/path`, `-i.env` and `-Ldir/path` the path begins inside the word. */
  #startInOption(at: number, unit: number): void {
    const option = this.#option;
    const letter = isAsciiLetter(unitAt(this.#text, option + 1));
    const first = unit === SLASH || unit === TILDE || (letter && unit === DOT);
    if (first || (letter && at === option + 2)) {
      this.#spawn([RELATIVE_ROOT]);
      this.#startAt(at);
      this.#option = first ? -1 : option;
    }
    if (isBoundary(unit)) this.#option = -1;
  }

  /** The first name of a path begins in `place`. */
  #begin(place: Place): void {
    this.#births.add(place);
    this.#spawnFrom(place);
  }

  /** A path has come to `place`, and `unit` follows. */
  #arrive(place: Place, unit: number): void {
    if (unit === SLASH) this.#arrived.add(place);
    else if (isBoundary(unit) && place.path >= 0) this.#found = place.path;
  }

  #arriveAtRoots(): void {
    for (const root of this.#places.roots) this.#arrived.add(root);
  }

  /** Every path being read can end here. */
  #endHere(): void {
    for (const thread of this.#threads) {
      if (this.#found < 0) this.#found = this.#pathOf(thread.solid);
    }
  }

  #enterLevel(): void {
    const nodes = new Set<number>();
    for (const { solid } of this.#threads) {
      const path = this.#pathOf(solid);
      if (path >= 0) nodes.add(insideOf(path));
      else if (solid !== NO_NODE) nodes.add(solid);
    }
    this.#levels.enter({ nodes: [...nodes], places: [...this.#arrived], births: [...this.#births] });
  }

  #pathOf(node: number): number {
    return node >= 0 ? this.#trie.pathAt(node) : pathInside(node);
  }
}
