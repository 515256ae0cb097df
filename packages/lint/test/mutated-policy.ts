import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type LintOptions, RULES, readToolList } from '../src/index.ts';
import { completePolicy } from './lint-text.ts';
import { readExamples, readPage } from './read-page.ts';

export const VALID = join(import.meta.dirname, '../../../fixtures/policies/valid');
const INVALID = join(import.meta.dirname, '../../../fixtures/policies/invalid');
export const UPSTREAM = join(import.meta.dirname, '../../../../shared/upstream/policies');

/** The policies of a folder, by file name; none where it is absent. */
export function readFolder(folder: string): readonly (readonly [string, string])[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
}

/** A policy's text, with what it is judged with. */
export interface Seed {
  readonly text: string;
  readonly options: LintOptions;
}

const OPTIONS: LintOptions = { preset: 'all' };
export const FILES = [VALID, INVALID, UPSTREAM]
  .flatMap(readFolder)
  .map(([, text]): Seed => ({ text, options: OPTIONS }));
export const PAGES = RULES.flatMap(({ meta }) => {
  const { sections } = readPage(meta.name);
  const examples = ['Avoid', 'Prefer'].flatMap((section) => readExamples(sections.get(section) ?? ''));
  return examples.map(
    ({ policy, tools, publicKey }): Seed => ({
      text: completePolicy(policy),
      options: {
        ...OPTIONS,
        ...(tools === undefined ? {} : { tools: readToolList(tools, 'tools.json') }),
        ...(publicKey === undefined ? {} : { publicKey }),
      },
    }),
  );
});

/** Texts that turn up in mutated policies: what rules look for, and what YAML trips over. */
const SNIPPETS = [
  '^',
  '$',
  '|',
  '.*',
  '(?i)',
  '\\',
  "'",
  '"',
  '\u200b',
  'а',
  '..',
  '*',
  '&a ',
  '\n',
  ': ',
  '- ',
  '(',
  '[',
  '0',
  ' ',
  '/',
  'x{2,1001}',
];

/** Small numbers would nearly always hit the first lines, without which nothing is a policy. */
const place = fc.noBias(fc.nat());

type Mutation = (text: string) => string;

/** Anywhere: mostly what the reader refuses. */
const anywhere: fc.Arbitrary<Mutation> = fc
  .tuple(place, fc.nat(12), fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 6 })))
  .map(([at, length, insert]) => (text) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + insert + text.slice(start + length);
  });

/** A key or a dash, and a value behind it that is no fixed word. */
const VALUE =
  /^( *(?:- )?(?!apiVersion|kind|action|mode|type|scope)(?:['"]?[\w-]+['"]?: )?["']?)([^"'#\s][^"'#]*)/;

/** Inside a value: mostly a policy that is read, and differs from the one that it was. */
const inValue: fc.Arbitrary<Mutation> = fc
  .tuple(place, place, fc.nat(3), fc.constantFrom(...SNIPPETS))
  .map(([line, at, length, insert]) => (text) => {
    const lines = text.split('\n');
    const indices = lines.flatMap((each, index) =>
      /(?:: |- )\S/.test(each) && VALUE.test(each) ? [index] : [],
    );
    const index = indices[line % indices.length] ?? 0;
    const [whole = '', head = '', value = ''] = VALUE.exec(lines[index] ?? '') ?? [];
    const start = at % (value.length + 1);
    const rest = (lines[index] ?? '').slice(whole.length);
    lines[index] = head + value.slice(0, start) + insert + value.slice(start + length) + rest;
    return lines.join('\n');
  });

/** Whole lines: twice, elsewhere, or not at all. */
const wholeLine: fc.Arbitrary<Mutation> = fc
  .tuple(place, place, fc.constantFrom('copy', 'move', 'remove'))
  .map(([from, to, how]) => (text) => {
    const lines = text.split('\n');
    const at = from % lines.length;
    const [line = ''] = how === 'copy' ? lines.slice(at, at + 1) : lines.splice(at, 1);
    if (how !== 'remove') lines.splice(to % (lines.length + 1), 0, line);
    return lines.join('\n');
  });

/** A policy of the fixtures or of a rule's page, with a few changes. */
export const mutatedPolicy: fc.Arbitrary<Seed> = fc
  .tuple(
    fc.oneof(
      { arbitrary: fc.constantFrom(...FILES), weight: 1 },
      { arbitrary: fc.constantFrom(...PAGES), weight: 4 },
    ),
    fc.array(
      fc.oneof(
        { arbitrary: inValue, weight: 8 },
        { arbitrary: wholeLine, weight: 1 },
        { arbitrary: anywhere, weight: 1 },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(
    ([{ text, options }, edits]): Seed => ({
      text: edits.reduce((current, edit) => edit(current), text),
      options,
    }),
  );
