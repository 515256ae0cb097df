import { type JsonNode, readJson } from '@agentpolicy/core';
import { findNearestName } from '@agentpolicy/spec';
import type { Place, Problem } from '../problem.ts';
import type { YamlEntry, YamlMap, YamlValue } from './read-yaml.ts';

/**
 * Reads the fields of a map and notes what is wrong with them: a key that is not known, a value of another
 * type. A reader that returns undefined has either found nothing or noted a problem.
 */
export class Fields {
  readonly map: YamlMap;
  private readonly entries: ReadonlyMap<string, YamlEntry>;
  private readonly problems: Problem[];

  constructor(map: YamlMap, known: readonly string[], problems: Problem[]) {
    this.map = map;
    this.problems = problems;
    this.entries = new Map(map.entries.map((entry) => [entry.key, entry]));
    for (const entry of map.entries) {
      if (known.includes(entry.key)) continue;
      const nearest = findNearestName(entry.key, known);
      problems.push({
        code: 'unknown-key',
        message: `unknown key \`${entry.key}\``,
        place: entry.place,
        help: nearest === undefined ? `known keys: ${known.join(', ')}` : `did you mean \`${nearest}\`?`,
      });
    }
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  get(key: string): YamlValue | undefined {
    return this.entries.get(key)?.value;
  }

  string(key: string): string | undefined {
    return this.scalar(key, 'string', 'a string');
  }

  number(key: string): number | undefined {
    return this.scalar(key, 'number', 'a number');
  }

  boolean(key: string): boolean | undefined {
    return this.scalar(key, 'boolean', '`true` or `false`');
  }

  /** A whole number that is not negative. */
  count(key: string): number | undefined {
    const value = this.number(key);
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
    this.note(key, 'a whole number from 0');
    return undefined;
  }

  choice<const T extends string>(key: string, choices: readonly T[]): T | undefined {
    const value = this.string(key);
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.note(key, `one of ${choices.join(', ')}`);
    return found;
  }

  list(key: string): readonly YamlValue[] | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (value.kind === 'list') return value.items;
    this.note(key, 'a list');
    return undefined;
  }

  strings(key: string): readonly string[] | undefined {
    const items = this.list(key);
    if (items === undefined) return undefined;
    const strings: string[] = [];
    for (const item of items) {
      if (item.kind === 'scalar' && typeof item.value === 'string') strings.push(item.value);
      else this.note(key, 'a list of strings');
    }
    return strings;
  }

  fields(key: string, known: readonly string[]): Fields | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    return readFields(value, known, this.problems, `\`${key}\``);
  }

  /** True where the key is there and null. */
  isNull(key: string): boolean {
    const value = this.get(key);
    return value?.kind === 'scalar' && value.value === null;
  }

  /** Where the key's value stands; where the map stands if it has none. */
  placeOf(key: string): Place {
    return this.entries.get(key)?.value.place ?? this.map.place;
  }

  /** Notes that a key which must be there is not. */
  require(key: string): boolean {
    if (this.has(key)) return true;
    this.problems.push({ code: 'missing-key', message: `\`${key}\` is missing`, place: this.map.place });
    return false;
  }

  /** Notes that a key's value is not what it should be. */
  note(key: string, wanted: string): void {
    const message = `\`${key}\` must be ${wanted}`;
    this.problems.push({ code: 'wrong-type', message, place: this.placeOf(key) });
  }

  /** Notes that the map as a whole is not what it should be. */
  noteSelf(code: string, message: string): void {
    this.problems.push({ code, message, place: this.map.place });
  }

  private scalar(key: string, type: 'string', wanted: string): string | undefined;
  private scalar(key: string, type: 'number', wanted: string): number | undefined;
  private scalar(key: string, type: 'boolean', wanted: string): boolean | undefined;
  private scalar(key: string, type: string, wanted: string): string | number | boolean | null | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (value.kind === 'scalar' && typeof value.value === type) return value.value;
    this.note(key, wanted);
    return undefined;
  }
}

/** The fields of a value that must be a map; undefined, with a problem noted, where it is something else. */
export function readFields(
  value: YamlValue,
  known: readonly string[],
  problems: Problem[],
  name: string,
): Fields | undefined {
  if (value.kind === 'map') return new Fields(value, known, problems);
  problems.push({
    code: 'wrong-type',
    message: `${name} must be a map of keys and values`,
    place: value.place,
  });
  return undefined;
}

/** Writes a value as JSON; numbers keep the digits that they were written with. */
export function formatAsJson(value: YamlValue): string {
  switch (value.kind) {
    case 'scalar':
      return value.literal ?? JSON.stringify(value.value);
    case 'list':
      return `[${value.items.map(formatAsJson).join(',')}]`;
    case 'map':
      return `{${value.entries.map((entry) => `${JSON.stringify(entry.key)}:${formatAsJson(entry.value)}`).join(',')}}`;
  }
}

/** The value as the JSON value that it means. */
export function readAsJson(value: YamlValue): JsonNode | undefined {
  const read = readJson(formatAsJson(value));
  return read.ok ? read.value : undefined;
}
