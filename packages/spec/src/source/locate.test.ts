import { createTextIndex } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Document, Scalar } from 'yaml';
import { SpecError } from '../spec-error.ts';
import { createFindings } from './findings.ts';
import { createLocator } from './locate.ts';
import { mapScalar } from './offsets/map-scalar.ts';
import { readYaml } from './read-yaml.ts';
import type { Slot } from './tree.ts';

function read(text: string): Slot {
  const index = createTextIndex(text);
  const context = { file: 'f', rangeAt: index.rangeAt };
  const findings = createFindings(context);
  const { root } = readYaml(text, context, findings);
  expect(findings.list()).toEqual([]);
  if (root === undefined) throw new Error('the text has no root');
  return root;
}

function locatorOf(text: string) {
  return createLocator('f', createTextIndex(text), read(text));
}

/** The source text of a part of the string at `/k`. */
function sourceOf(text: string, start: number, end: number): string {
  const { range } = locatorOf(text).locateInString('/k', start, end);
  return text.slice(range.start.offset, range.end.offset);
}

describe('locateInString', () => {
  it.each([
    ['plain', 'k: ^a\\d+$', 1, 4, 'a\\d'],
    ['single quotes', "k: 'it''s'", 2, 3, "''"],
    ['double quotes', 'k: "^\\\\d\\u0041$"', 1, 3, '\\\\d'],
    ['a unicode escape', 'k: "^\\\\d\\u0041$"', 3, 4, '\\u0041'],
    ['a character outside the BMP', 'k: "\\U0001F600!"', 0, 2, '\\U0001F600'],
    ['behind such a character', 'k: "\\U0001F600!"', 2, 3, '!'],
    ['a folded line of a plain scalar', 'k: one\n  two', 4, 7, 'two'],
    ['a fold itself', 'k: one\n  two', 3, 4, '\n  '],
    ['an escaped line break', 'k: "one\\\n  two"', 3, 6, 'two'],
    ['a literal block', 'k: |\n  one\n  two\n', 4, 7, 'two'],
    ['a literal block with an indentation digit', 'k: |2\n    one\n', 0, 5, '  one'],
    ['a stripped folded block', 'k: >-\n  one\n  two\n\n', 4, 7, 'two'],
    ['more indented lines of a folded block', 'k: >\n  one\n    two\n  three\n', 4, 9, '  two'],
    ['CRLF', 'k: |\r\n  one\r\n  two\r\n', 4, 7, 'two'],
  ])('%s', (_, text, start, end, expected) => {
    expect(sourceOf(text, start, end)).toBe(expected);
  });

  it('gives an empty span its place between two units', () => {
    const { range } = locatorOf("k: 'ab'").locateInString('/k', 1, 1);
    expect([range.start.offset, range.end.offset]).toEqual([5, 5]);
    expect(locatorOf('k: ""').locateInString('/k', 0, 0).range.start.offset).toBe(4);
  });

  it('follows an alias to the text that it stands for', () => {
    const text = 'a: &x "q\\\\d"\nk: *x';
    expect(sourceOf(text, 1, 2)).toBe('\\\\');
    const { range } = locatorOf(text).locate('/k', 'value');
    expect(text.slice(range.start.offset, range.end.offset)).toBe('*x');
  });

  it.each([
    ['/k', 0, 4, 'bad-span'],
    ['/k', 2, 1, 'bad-span'],
    ['/k', 0.5, 1, 'bad-span'],
    ['/absent', 0, 0, 'not-a-string'],
    ['/n', 0, 0, 'not-a-string'],
    ['k', 0, 0, 'bad-pointer'],
  ])('refuses %s %d-%d', (pointer, start, end, code) => {
    expect(() => locatorOf('k: abc\nn: 1').locateInString(pointer, start, end)).toThrowError(
      expect.objectContaining({ name: SpecError.name, code }),
    );
  });
});

describe('locate', () => {
  const text = 'a:\n  "b/c": [x, y]\n  d:\n';
  const cases: readonly (readonly [string, 'key' | 'value', string])[] = [
    ['/a', 'key', 'a'],
    ['/a/b~1c', 'key', '"b/c"'],
    ['/a/b~1c', 'value', '[x, y]'],
    ['/a/b~1c/1', 'value', 'y'],
    ['/a/b~1c/1', 'key', 'y'],
    ['/a/b~1c/7', 'value', '"b/c"'],
    ['/a/absent/deeper', 'value', 'a'],
    ['/absent', 'value', 'a'],
  ];
  it.each(cases)('%s %s', (pointer, part, expected) => {
    const { range } = locatorOf(text).locate(pointer, part);
    expect(text.slice(range.start.offset, range.end.offset)).toBe(expected);
  });
});

const STYLES = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const;

const tricky = fc
  .array(
    fc.constantFrom(
      'a',
      'b\\d',
      ' ',
      '  ',
      '\n',
      '\n\n',
      '\t',
      "'",
      '"',
      '\\',
      '#',
      ': ',
      '- ',
      '|',
      '>',
      'é',
      '😀',
      '\u2028',
      '\u0085',
      '\x07',
      '*',
      '&',
      '{',
      ',',
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

describe('mapScalar', () => {
  it('maps every string in every style as the reader reads it', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        tricky,
        fc.constantFrom(...STYLES),
        fc.integer({ min: 12, max: 40 }),
        fc.boolean(),
        fc.boolean(),
        (value, style, lineWidth, crlf, deep) => {
          const scalar = new Scalar(value);
          scalar.type = style;
          const document = new Document(deep ? { o: [{ k: scalar }] } : { k: scalar });
          const unix = document.toString({ lineWidth, minContentWidth: 4 });
          const text = crlf ? unix.replaceAll('\n', '\r\n') : unix;
          const index = createTextIndex(text);
          const root = read(text);
          const pointer = deep ? '/o/0/k' : '/k';
          const locator = createLocator('f', index, root);
          const node = findString(root, deep ? ['o', 0, 'k'] : ['k']);
          seen.add(node.style);
          const mapped = mapScalar(text, node, node.value);
          expect(mapped.value).toBe(node.value);
          let last = node.start;
          for (let unit = 0; unit < node.value.length; unit++) {
            const { range } = locator.locateInString(pointer, unit, unit + 1);
            expect(range.start.offset).toBeGreaterThanOrEqual(last);
            last = range.start.offset;
            const source = text.slice(range.start.offset, range.end.offset);
            // A unit that is no blank, and is written as itself, stands exactly there.
            if (source.length === 1 && !/\s/.test(source)) expect(source).toBe(node.value[unit]);
          }
        },
      ),
      { numRuns: 5_000 },
    );
    expect([...seen].sort()).toEqual(['double', 'folded', 'literal', 'plain', 'single']);
  });

  it('maps what people write by hand: every block header, indentation and chomping', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('|', '>', '|-', '>-', '|+', '>+', '|2', '>2', '|2-', '>+2'),
        fc.array(fc.constantFrom('a', 'bb c', ' d', '   e', '', ' ', '\tf', '# g', '    '), {
          minLength: 1,
          maxLength: 7,
        }),
        fc.boolean(),
        (header, lines, comment) => {
          const text = `k: ${header}${comment ? ' # note' : ''}\n${lines.map((line) => `  ${line}\n`).join('')}`;
          const index = createTextIndex(text);
          const context = { file: 'f', rangeAt: index.rangeAt };
          const findings = createFindings(context);
          const { root } = readYaml(text, context, findings);
          fc.pre(root !== undefined && findings.size === 0);
          if (root === undefined) return;
          const node = findString(root, ['k']);
          const mapped = mapScalar(text, node, node.value);
          expect(mapped.value).toBe(node.value);
          for (const [unit, start] of mapped.starts.entries()) {
            if (/[a-g#]/.test(node.value[unit] ?? '')) expect(text[start]).toBe(node.value[unit]);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

function findString(root: Slot, path: readonly (string | number)[]) {
  let { node } = root;
  for (const token of path) {
    const next =
      node.kind === 'map'
        ? node.entries.get(String(token))
        : node.kind === 'sequence'
          ? node.items[Number(token)]
          : undefined;
    if (next === undefined) throw new Error(`nothing at ${path.join('/')}`);
    node = next.node;
  }
  if (node.kind !== 'scalar' || typeof node.value !== 'string') throw new Error('no string');
  return { ...node, value: node.value };
}
