import { quoteJson } from '@agentpolicy/core';
import type { ObservedArgument } from '../observe.ts';
import { describeClass, escapeLiteral, isWellFormed } from './escape.ts';
import { type Core, describePaths } from './path-pattern.ts';
import { describeUrls } from './url-pattern.ts';

/** A pattern that all values of an argument match, and why it is this one. */
export interface Proposal {
  readonly pattern: string;
  /** In words, for a comment; may hold text of the trace. */
  readonly note: string;
}

/** A constant or an alternative that is longer is no easy reading. */
const MAX_READABLE = 120;
const MAX_CHOICES = 8;
/** Where nothing better holds, so many alternatives are spelt out. */
const MAX_SPELT = 20;
const MAX_SPELT_LENGTH = 1500;
/** Texts that come so often on average are a choice of few, and not one of many. */
const REPEATS = 2;

/** The patterns for an argument, the preferred one first; each accepts every value that was seen. */
export function proposePatterns(arg: ObservedArgument): readonly Proposal[] {
  if (arg.overflows) return [];
  const values = [...arg.values.keys()].sort();
  if (!values.every(isWellFormed)) return [];
  const spelt = spellOut(values);
  const found = [
    describeConstant(values),
    describeChoice(arg, values, spelt),
    anchor(describeNumbers(arg, values)),
    anchor(describeUrls(values)),
    anchor(describePaths(values)),
    anchor(describeLists(arg, values)),
    describeText(arg, values),
    spelt,
  ];
  return found.filter((proposal) => proposal !== undefined);
}

function anchor(core: Core | undefined): Proposal | undefined {
  return core === undefined ? undefined : { pattern: `^${core.pattern}$`, note: core.note };
}

function describeConstant(values: readonly string[]): Proposal | undefined {
  const [value] = values;
  if (value === undefined || values.length > 1 || value.length > MAX_READABLE || value.includes('\n'))
    return undefined;
  return { pattern: `^${escapeLiteral(value)}$`, note: 'always the same' };
}

function spellOut(values: readonly string[]): Proposal | undefined {
  const pattern = `^(?:${values.map(escapeLiteral).join('|')})$`;
  if (values.length > MAX_SPELT || pattern.length > MAX_SPELT_LENGTH) return undefined;
  return { pattern, note: 'exactly these' };
}

/** A few words, or texts that come again and again. */
function describeChoice(
  arg: ObservedArgument,
  values: readonly string[],
  spelt: Proposal | undefined,
): Proposal | undefined {
  if (spelt === undefined || values.length > MAX_CHOICES || spelt.pattern.length > MAX_READABLE)
    return undefined;
  const isPlace = values.some((value) => value.includes('/'));
  const isNumber = arg.kinds.has('number');
  const areWords = values.every((value) => /^[A-Za-z][A-Za-z0-9_.:-]{0,30}$/.test(value));
  const repeats = arg.present >= values.length * REPEATS;
  return (areWords && !isNumber) || (repeats && !isPlace && !isNumber) ? spelt : undefined;
}

function describeNumbers(arg: ObservedArgument, values: readonly string[]): Core | undefined {
  if (arg.kinds.size > 1 || !arg.kinds.has('number')) return undefined;
  const parts = values.map((value) => /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(value));
  const sign = parts.some((part) => part?.[1] === '-') ? '-?' : '';
  const whole = Math.max(...parts.map((part) => part?.[2]?.length ?? 0));
  const places = Math.max(...parts.map((part) => part?.[3]?.length ?? 0));
  const fraction = places === 0 ? '' : `(?:\\.[0-9]{1,${places}})?`;
  return {
    pattern: `${sign}[0-9]${whole === 1 ? '' : `{1,${whole}}`}${fraction}`,
    note: `numbers ${rangeOf(values)}`,
  };
}

function rangeOf(values: readonly string[]): string {
  const numbers = values.map(Number);
  return `from ${Math.min(...numbers)} to ${Math.max(...numbers)}`;
}

/** Lists of paths or of words: STRING() of a list is its canonical JSON. */
function describeLists(arg: ObservedArgument, values: readonly string[]): Core | undefined {
  if (arg.kinds.size > 1 || !arg.kinds.has('array')) return undefined;
  const items = new Set<string>();
  for (const value of values) {
    const list: unknown = JSON.parse(value);
    if (!Array.isArray(list)) return undefined;
    for (const item of list) {
      // Characters that JSON escapes would stand in the text otherwise than in the item.
      if (typeof item !== 'string' || quoteJson(item) !== `"${item}"`) return undefined;
      items.add(item);
    }
  }
  const all = [...items];
  if (all.length === 0) return undefined;
  const text = describeClass(all);
  const item =
    describePaths(all) ??
    (text === undefined || text.includes('"') ? undefined : { pattern: `${text}*`, note: 'of such texts' });
  return item === undefined
    ? undefined
    : { pattern: `\\[(?:"${item.pattern}"(?:,"${item.pattern}")*)?\\]`, note: `lists, each ${item.note}` };
}

/** The lengths that patterns count up to; RE2 counts to 1000. */
const LENGTHS = [16, 32, 64, 128, 256, 512, 1000] as const;

/** The characters that were used, up to a round length. */
function describeText(arg: ObservedArgument, values: readonly string[]): Proposal | undefined {
  if (arg.kinds.size > 1 || !arg.kinds.has('string')) return undefined;
  const longest = Math.max(...values.map((value) => [...value].length));
  const limit = LENGTHS.find((length) => length >= longest);
  const characters = describeClass(values);
  if (limit === undefined || characters === undefined) return undefined;
  const least = values.includes('') ? 0 : 1;
  return { pattern: `^${characters}{${least},${limit}}$`, note: `texts of up to ${longest} characters` };
}
