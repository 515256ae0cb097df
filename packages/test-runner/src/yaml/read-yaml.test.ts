import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPlace, type Problem } from '../problem.ts';
import { Fields, formatAsJson } from './fields.ts';
import { readYaml } from './read-yaml.ts';

function problemsOf(text: string): string[] {
  const reading = readYaml(text, 'f.yaml');
  return reading.ok ? [] : reading.problems.map((each) => `${formatPlace(each.place)} ${each.code}`);
}

describe('readYaml', () => {
  it.each([
    ['a key that is repeated', 'a: 1\nb:\n  c: 1\n  c: 2\n', 'f.yaml:4:3 duplicate-key'],
    ['an unknown alias', 'a: *b\n', 'f.yaml:1:4 unknown-alias'],
    ['a key that is no string', '1: a\n', 'f.yaml:1:1 wrong-type'],
    ['a number without a JSON form', 'a: .inf\n', 'f.yaml:1:4 wrong-type'],
    ['two documents', 'a: 1\n---\nb: 1\n', 'f.yaml:2:1 yaml-syntax'],
    ['a custom tag', 'a: !x 1\n', 'f.yaml:1:4 yaml-syntax'],
    ['a list that is not closed', 'a: [1\n', 'f.yaml:2:1 yaml-syntax'],
  ])('refuses %s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('refuses aliases that multiply', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const items =
        level === 0
          ? 'x,x,x,x,x,x,x,x,x,x'
          : Array(10)
              .fill(`*a${level - 1}`)
              .join(',');
      return `a${level}: &a${level} [${items}]`;
    });
    expect(problemsOf(levels.join('\n'))).toEqual([expect.stringContaining('too-large')]);
  });

  it.each<[string, (levels: number) => string]>([
    ['brackets', (levels) => '['.repeat(levels) + ']'.repeat(levels)],
    ['brackets that are not closed', (levels) => '['.repeat(levels)],
    ['braces', (levels) => `${'{a: '.repeat(levels)}1${'}'.repeat(levels)}`],
    ['dashes', (levels) => `${'- '.repeat(levels)}1`],
    ['keys', (levels) => Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:\n`).join('')],
  ])('refuses nesting that no one writes: %s', (_, nest) => {
    const codeOf = (levels: number): string | undefined => problemsOf(nest(levels))[0]?.split(' ')[1];
    expect(codeOf(99)).not.toBe('too-deep');
    expect(codeOf(102)).toBe('too-deep');
    expect(codeOf(3000)).toBe('too-deep');
  });

  it('says where nesting goes too deep', () => {
    expect(problemsOf(`a: 1\nb: '['\nc: ${'['.repeat(200)}${']'.repeat(200)}\n`)).toEqual([
      'f.yaml:3:104 too-deep',
    ]);
    expect(problemsOf(`${'- '.repeat(200)}1\n`)).toEqual(['f.yaml:1:203 too-deep']);
  });

  it('does not take long for a million brackets', () => {
    expect(problemsOf('['.repeat(8_000_000))).toEqual(['f.yaml:1:101 too-deep']);
  });

  it.each([
    ['9007199254740993', '9007199254740993'],
    ['1e21', '1e21'],
    ['1.50', '1.50'],
    ['-0', '-0'],
    ['0x10', '16'],
    ['"1"', '"1"'],
    ['[true, null, {a: b}]', '[true,null,{"a":"b"}]'],
  ])('writes %s as the JSON %s', (yaml, json) => {
    const reading = readYaml(yaml, 'f.yaml');
    expect(reading.ok && formatAsJson(reading.value)).toBe(json);
  });

  it('reads what JSON says as JSON does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const reading = readYaml(text, 'f.yaml');
        // YAML refuses some characters that JSON takes; what it takes must mean the same.
        if (reading.ok) expect(JSON.parse(formatAsJson(reading.value))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readYaml(text, 'f.yaml')).toBeDefined();
      }),
    );
  });
});

describe('Fields', () => {
  function fieldsOf(text: string, known: readonly string[]): { fields: Fields; problems: Problem[] } {
    const reading = readYaml(text, 'f.yaml');
    if (!reading.ok || reading.value.kind !== 'map') throw new Error('not a map');
    const problems: Problem[] = [];
    return { fields: new Fields(reading.value, known, problems), problems };
  }

  it('notes unknown keys and says what is near', () => {
    const { problems } = fieldsOf('desision: x\nzzz: 1\n', ['decision', 'tool']);
    expect(problems).toMatchObject([
      { code: 'unknown-key', help: 'did you mean `decision`?', place: { line: 1, column: 1 } },
      { code: 'unknown-key', help: 'known keys: decision, tool', place: { line: 2, column: 1 } },
    ]);
  });

  it('notes values of another type', () => {
    const { fields, problems } = fieldsOf('a: 1\nb: x\nc: -1\nd: {}\n', ['a', 'b', 'c', 'd']);
    expect(fields.string('a')).toBeUndefined();
    expect(fields.choice('b', ['y', 'z'])).toBeUndefined();
    expect(fields.count('c')).toBeUndefined();
    expect(fields.list('d')).toBeUndefined();
    expect(problems.map((each) => each.message)).toEqual([
      '`a` must be a string',
      '`b` must be one of y, z',
      '`c` must be a whole number from 0',
      '`d` must be a list',
    ]);
  });
});
