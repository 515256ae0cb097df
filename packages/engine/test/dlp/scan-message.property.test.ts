import { type JsonNode, readJson } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMAIL, makeScanner, type Pattern, scanSource } from './support.ts';

const PIN: Pattern = ['pin "$&"', '\\d{4}'];
const scanner = makeScanner([EMAIL, PIN]);

type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** What the scanner does, once more: over parsed values, string by string, with no offsets. */
class Oracle {
  problems = new Set<string>();
  hits = 0;

  redact(text: string): string {
    return this.replace(
      this.replace(text, /[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}/g, 'Email'),
      /\d{4}/g,
      'pin "$&"',
    );
  }

  visit(value: Value, inHandle: boolean, depth: number): Value {
    if (typeof value === 'string') return this.visitString(value, inHandle);
    if (Array.isArray(value)) return value.map((item) => this.visit(item, inHandle, depth + 1));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([key, member]): [string, Value] => {
      if (depth === 0 && ['id', 'jsonrpc', 'method'].includes(key)) return [key, member];
      const isHandle = inHandle || ['nextCursor', 'requestState', 'progressToken'].includes(key);
      const isPart = depth === 0 && ['result', 'error', 'params'].includes(key);
      return [isPart ? key : this.visitString(key, isHandle), this.visit(member, isHandle, depth + 1)];
    });
    if (new Set(entries.map(([key]) => key)).size < entries.length) this.problems.add('key-collision');
    return Object.fromEntries(entries);
  }

  private visitString(text: string, isHandle: boolean): string {
    const before = this.hits;
    const redacted = this.redact(text);
    if (isHandle && this.hits > before) this.problems.add('handle');
    return redacted;
  }

  private replace(text: string, pattern: RegExp, name: string): string {
    return text.replace(pattern, () => {
      this.hits++;
      return `[REDACTED:${name}]`;
    });
  }
}

const word = fc.constantFrom(
  'a@b.org',
  '1234',
  '12',
  'é',
  '😀',
  '\ud800',
  '"',
  '\\',
  '\n',
  '\u2028',
  'x',
  ' ',
  '/',
  '@b',
  '',
);
const text = fc.array(word, { maxLength: 5 }).map((words) => words.join(''));
const name = fc.oneof(
  { weight: 4, arbitrary: text.filter((key) => key !== '__proto__') },
  { weight: 1, arbitrary: fc.constantFrom('id', 'method', 'nextCursor', 'requestState', 'text', 'result') },
);
const { value } = fc.letrec<{ value: Value; list: Value[]; object: { [key: string]: Value } }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom<Value>(null, true, 12345, -0.5),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
}));
const message = fc.record(
  {
    jsonrpc: fc.constant('2.0'),
    id: text,
    method: text,
    result: value,
    params: value,
    error: value,
    extra: value,
  },
  { requiredKeys: ['jsonrpc'], noNullPrototype: true },
);

/** Writes JSON with white space and escapes as the choices say. */
function write(item: Value, choose: () => number): string {
  const space = (): string => ['', '', ' ', '\t', '\n  '][choose() % 5] ?? '';
  const quote = (string: string): string =>
    `"${[...string].map((unit) => (choose() % 3 === 0 ? escapeUnits(unit) : JSON.stringify(unit).slice(1, -1))).join('')}"`;
  const wrap = (open: string, parts: string[], close: string): string =>
    `${open}${space()}${parts.join(`${space()},${space()}`)}${space()}${close}`;
  if (typeof item === 'string') return quote(item);
  if (Array.isArray(item))
    return wrap(
      '[',
      item.map((each) => write(each, choose)),
      ']',
    );
  if (item === null || typeof item !== 'object') return JSON.stringify(item);
  const members = Object.entries(item).map(
    ([key, each]) => `${quote(key)}${space()}:${space()}${write(each, choose)}`,
  );
  return wrap('{', members, '}');
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    const digits = character.charCodeAt(at).toString(16).padStart(4, '0');
    return `\\u${digits}`;
  }).join('');
}

/** All literals of strings and keys of a text, and what stands between them. */
function split(source: string): { literals: string[]; between: string } {
  const spans: [number, number][] = [];
  const collect = (node: JsonNode): void => {
    if (node.kind === 'string') spans.push([node.start, node.end]);
    if (node.kind === 'array') node.items.forEach(collect);
    if (node.kind !== 'object') return;
    for (const member of node.members) {
      spans.push([member.keyStart, member.keyEnd]);
      collect(member.value);
    }
  };
  const read = readJson(source);
  if (!read.ok) throw new Error(read.error.message);
  collect(read.value);
  let between = '';
  let last = 0;
  for (const [start, end] of spans) {
    between += `${source.slice(last, start)}""`;
    last = end;
  }
  return {
    literals: spans.map(([start, end]) => source.slice(start, end)),
    between: between + source.slice(last),
  };
}

const anyMessage = fc.tuple(message, fc.infiniteStream(fc.nat({ max: 60 }))).map(([item, choices]) => ({
  item: item as Value,
  source: write(item as Value, () => choices.next().value),
}));

describe('scanMessage, for any message', () => {
  it('does what redacting its values one by one does', () => {
    const seen = { clean: 0, redacted: 0, refused: 0 };
    fc.assert(
      fc.property(anyMessage, ({ item, source }) => {
        const oracle = new Oracle();
        const expected = oracle.visit(item, false, 0);
        const scan = scanSource(scanner, source);
        seen[scan.kind]++;
        expect(scan.events.reduce((sum, event) => sum + event.count, 0)).toBe(oracle.hits);
        if (scan.kind === 'refused') expect(oracle.problems).toContain(scan.problem);
        else expect(oracle.problems.size).toBe(0);
        if (scan.kind === 'redacted') expect(JSON.parse(scan.text)).toEqual(expected);
        if (scan.kind === 'clean') expect(oracle.hits).toBe(0);
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.clean, seen.redacted, seen.refused)).toBeGreaterThan(30);
  });

  it('leaves every byte that is not part of a matched string', () => {
    fc.assert(
      fc.property(anyMessage, ({ source }) => {
        const scan = scanSource(scanner, source);
        if (scan.kind !== 'redacted') return;
        const before = split(source);
        const after = split(scan.text);
        expect(after.between).toBe(before.between);
        after.literals.forEach((literal, at) => {
          if (!literal.includes('[REDACTED:')) expect(literal).toBe(before.literals[at]);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('scans a limited message as the unlimited one, up to the limit', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat({ max: 80 }), ({ source }, maxScanSize) => {
        const limited = scanSource(makeScanner([EMAIL, PIN], { maxScanSize }), source);
        const unlimited = scanSource(scanner, source);
        if (!limited.truncated) expect(limited).toEqual(unlimited);
        const count = (scan: typeof limited): number =>
          scan.events.reduce((sum, event) => sum + event.count, 0);
        expect(count(limited)).toBeLessThanOrEqual(count(unlimited) + 1);
      }),
    );
  });
});
