import type { LiteralProgram } from '../match/program.ts';
import { ANY_SET } from '../syntax/char-set.ts';
import type { PatternNode } from '../syntax/tree.ts';

/** More strings than this are left to an automaton, which reads the text once for all of them. */
const MAX_STRINGS = 64;
const MAX_SEARCHED = 8;
const MAX_LENGTH = 128;
const MAX_SET = 4;

export type Constant = Pick<LiteralProgram, 'engine' | 'strings'>;

/**
 * Reads a pattern that only compares with constant strings: `^(GET|POST)$` is a set, `^https://` a prefix,
 * `\.md$` a suffix, `secret` a part of the text. Undefined where the pattern is more than that.
 */
export function findConstant(root: PatternNode): Constant | undefined {
  let items: readonly PatternNode[] = flatten(root);
  let anchoredStart = isAssertion(items[0], 'begin-text');
  let anchoredEnd = isAssertion(items.at(-1), 'end-text');
  if (anchoredStart) items = items.slice(1);
  if (anchoredEnd) items = items.slice(0, -1);
  // `^(?s:.*)` is no anchor at all.
  if (anchoredStart && isAnything(items[0])) anchoredStart = false;
  if (anchoredEnd && isAnything(items.at(-1))) anchoredEnd = false;
  // Where a match may start or end anywhere, what can be empty there adds nothing.
  while (!anchoredStart && isOptional(items[0])) items = items.slice(1);
  while (!anchoredEnd && isOptional(items.at(-1))) items = items.slice(0, -1);
  const strings = listSequence(items);
  if (strings === undefined || strings.length === 0) return undefined;
  if (anchoredStart && anchoredEnd) return { engine: 'set', strings: [...new Set(strings)].sort() };
  const engine = anchoredStart ? 'prefix' : anchoredEnd ? 'suffix' : 'contains';
  const needed = dropImplied([...new Set(strings)].sort(), engine);
  if (needed.length > MAX_SEARCHED || needed.includes('')) return undefined;
  return { engine, strings: needed };
}

function flatten(node: PatternNode): readonly PatternNode[] {
  let at = node;
  while (at.type === 'group') at = at.item;
  return at.type === 'concat' ? at.items : [at];
}

function isAssertion(node: PatternNode | undefined, kind: 'begin-text' | 'end-text'): boolean {
  return node?.type === 'assertion' && node.kind === kind;
}

function isAnything(node: PatternNode | undefined): boolean {
  return (
    node?.type === 'repeat' &&
    node.min === 0 &&
    node.max === undefined &&
    node.item.type === 'char' &&
    node.item.set.join() === ANY_SET.join()
  );
}

function isOptional(node: PatternNode | undefined): boolean {
  return node?.type === 'empty' || (node?.type === 'repeat' && node.min === 0);
}

function listSequence(items: readonly PatternNode[]): readonly string[] | undefined {
  let strings: readonly string[] = [''];
  for (const item of items) {
    const next = listStrings(item);
    if (next === undefined || strings.length * next.length > MAX_STRINGS) return undefined;
    strings = strings.flatMap((start) => next.map((end) => start + end));
    if (strings.some((each) => each.length > MAX_LENGTH)) return undefined;
  }
  return strings;
}

/** The strings that a node stands for, where they are few; undefined otherwise. */
function listStrings(node: PatternNode): readonly string[] | undefined {
  switch (node.type) {
    case 'empty':
      return [''];
    case 'assertion':
      return undefined;
    case 'char':
      return listCharacters(node.set);
    case 'group':
      return listStrings(node.item);
    case 'concat':
      return listSequence(node.items);
    case 'alternate': {
      const out: string[] = [];
      for (const option of node.options) {
        const strings = listStrings(option);
        if (strings === undefined || out.length + strings.length > MAX_STRINGS) return undefined;
        out.push(...strings);
      }
      return out;
    }
    case 'repeat': {
      if (node.max === undefined || node.max > MAX_LENGTH) return undefined;
      const out: string[] = [];
      for (let count = node.min; count <= node.max; count++) {
        const strings = listSequence(new Array<PatternNode>(count).fill(node.item));
        if (strings === undefined || out.length + strings.length > MAX_STRINGS) return undefined;
        out.push(...strings);
      }
      return out;
    }
  }
}

function listCharacters(set: readonly number[]): readonly string[] | undefined {
  const out: string[] = [];
  for (let i = 0; i < set.length; i += 2) {
    const lo = set[i] ?? 0;
    const hi = set[i + 1] ?? 0;
    if (out.length + hi - lo >= MAX_SET) return undefined;
    for (let code = lo; code <= hi; code++) {
      // A lone surrogate in a text is read as U+FFFD, which comparing strings would not do.
      if (code === 0xfffd) return undefined;
      out.push(String.fromCodePoint(code));
    }
  }
  return out.length === 0 ? undefined : out;
}

/** Leaves out strings that a shorter one already covers. */
function dropImplied(
  strings: readonly string[],
  engine: 'prefix' | 'suffix' | 'contains',
): readonly string[] {
  const implies = (shorter: string, longer: string): boolean => {
    switch (engine) {
      case 'prefix':
        return longer.startsWith(shorter);
      case 'suffix':
        return longer.endsWith(shorter);
      case 'contains':
        return longer.includes(shorter);
    }
  };
  return strings.filter((each) => !strings.some((other) => other !== each && implies(other, each)));
}

/**
 * The longest string that every match contains, as far as the outermost sequence shows; empty where there
 * is none. Searching for it first rules out most long texts.
 */
export function findNeedle(root: PatternNode): string {
  let best = '';
  let run = '';
  const close = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  for (const item of flatten(root)) {
    const strings = item.type === 'char' || item.type === 'group' ? listStrings(item) : undefined;
    const [only] = strings ?? [];
    if (strings?.length === 1 && only !== undefined) {
      run += only;
      continue;
    }
    close();
    if (item.type === 'repeat' && item.min > 0) {
      const repeated = listStrings(item.item);
      const [first] = repeated ?? [];
      if (repeated?.length === 1 && first !== undefined && first.length > best.length) best = first;
    }
  }
  close();
  return best.length >= 2 && best.length <= MAX_LENGTH ? best : '';
}
