import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { runLint } from '../../src/commands/lint.ts';
import { classifyText } from '../../src/files/classify-text.ts';
import type { LintFlags } from '../../src/lint/flags.ts';
import { aip } from '../aip.ts';
import { CLEAN, captureContext, type Folder, makeFolder, TWICE } from './lint-in-folder.ts';

let folder: Folder = makeFolder({});
afterEach(() => folder.remove());

interface Found {
  readonly status: number;
  readonly files: readonly string[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  readonly diagnostics: readonly { readonly line: number; readonly column: number; readonly code: string }[];
  readonly suppressed: readonly { readonly code: string }[];
}

async function lint(
  files: Readonly<Record<string, string>>,
  paths: readonly string[],
  flags: LintFlags = {},
): Promise<Found> {
  folder = makeFolder(files);
  const captured = captureContext(folder.path);
  const status = await runLint(captured.context, paths, { ...flags, format: ['json'] });
  const empty = { files: [], skipped: [], diagnostics: [], suppressed: [] };
  return { ...empty, ...(captured.stdout() === '' ? {} : JSON.parse(captured.stdout())), status };
}

const OTHER_GROUP = 'apiVersion: kagent.dev/v1\nkind: AgentPolicy\nspec: {}\n';

describe('what is linted', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[], readonly string[]]>([
    [
      'policies of a folder, sorted',
      { 'b.yaml': CLEAN, 'a/c.yml': CLEAN, 'x.yaml': 'a: 1\n' },
      ['.'],
      ['a/c.yml', 'b.yaml'],
    ],
    [
      'what a glob names',
      { 'a/p.yaml': CLEAN, 'b/p.yaml': CLEAN, 'b/q.yaml': CLEAN },
      ['*/p.yaml'],
      ['a/p.yaml', 'b/p.yaml'],
    ],
    ['each once', { 'a.yaml': CLEAN }, ['a.yaml', '.', '*.yaml'], ['a.yaml']],
    [
      'JSON',
      { 'a.json': '{"kind":"AgentPolicy","apiVersion":"aip.io/v1alpha1","metadata":{"name":"a"},"spec":{}}' },
      ['.'],
      ['a.json'],
    ],
    [
      'not what .gitignore leaves out',
      {
        '.git/HEAD': '',
        '.gitignore': 'out/\n*.tmp.yaml\n',
        'out/a.yaml': CLEAN,
        'b.tmp.yaml': CLEAN,
        'c.yaml': CLEAN,
      },
      ['.'],
      ['c.yaml'],
    ],
    [
      'what a nearer .gitignore brings back',
      {
        '.git/HEAD': '',
        '.gitignore': '*.x.yaml\n',
        'a/.gitignore': '!b.x.yaml\n',
        'a/b.x.yaml': CLEAN,
        'a/c.x.yaml': CLEAN,
      },
      ['.'],
      ['a/b.x.yaml'],
    ],
    [
      'what is named, also where .gitignore leaves it out',
      { '.git/HEAD': '', '.gitignore': 'out/\n', 'out/a.yaml': CLEAN, 'out/b.yaml': CLEAN },
      ['out/a.yaml'],
      ['out/a.yaml'],
    ],
    [
      'a folder that is named, also where .gitignore leaves it out',
      { '.git/HEAD': '', '.gitignore': 'out/\n', 'out/a.yaml': CLEAN },
      ['out'],
      ['out/a.yaml'],
    ],
    ['not what is installed', { 'node_modules/x/a.yaml': CLEAN, 'b.yaml': CLEAN }, ['.'], ['b.yaml']],
    [
      'not policies inside other texts',
      { 'a.yaml': `cases:\n  - policy: |\n${CLEAN.replace(/^/gm, '      ')}`, 'b.yaml': CLEAN },
      ['.'],
      ['b.yaml'],
    ],
  ])('is %s', async (_, files, paths, expected) => {
    expect((await lint(files, paths)).files).toEqual(expected);
  });

  it("is no other project's AgentPolicy, which is said", async () => {
    const { files, skipped, status } = await lint({ 'a.yaml': CLEAN, 'b.yaml': OTHER_GROUP }, ['.']);
    expect({ files, skipped, status }).toEqual({
      files: ['a.yaml'],
      skipped: [{ file: 'b.yaml', reason: "it is an AgentPolicy of kagent.dev/v1, another project's" }],
      status: 0,
    });
    expect((await lint({ 'b.yaml': OTHER_GROUP }, ['.'])).status).toBe(3);
    expect((await lint({ 'b.yaml': OTHER_GROUP }, ['b.yaml'])).diagnostics).toMatchObject([
      { code: 'other-api-group' },
    ]);
  });

  it('is an error where a policy is not UTF-8', async () => {
    folder = makeFolder({});
    writeFileSync(join(folder.path, 'a.yaml'), Buffer.from(`\ufeff${CLEAN}`, 'utf16le'));
    const { context, stdout } = captureContext(folder.path);
    const status = await runLint(context, ['.'], { format: ['json'] });
    const { diagnostics } = JSON.parse(stdout());
    expect({ status, diagnostics }).toMatchObject({ status: 1, diagnostics: [{ code: 'invalid-utf8' }] });
  });

  it('is an error where a file holds several documents', async () => {
    const { status, diagnostics } = await lint({ 'a.yaml': `${CLEAN}---\n${CLEAN}` }, ['.']);
    expect({ status, diagnostics }).toMatchObject({
      status: 1,
      diagnostics: [{ code: 'several-documents', line: 8 }],
    });
  });

  it.each<[readonly string[], string]>([
    [['missing.yaml'], "can't read `missing.yaml`: there is no such file"],
    [['*.nothing'], 'no file matches `*.nothing`'],
  ])('is never nothing: %j', async (paths, message) => {
    await expect(lint({ 'a.yaml': CLEAN }, paths)).rejects.toThrow(message);
  });

  it('is standard input under the name that it is given', async () => {
    folder = makeFolder({
      'aip.config.yaml': 'lint: { overrides: [{ files: [dev/], rules: { duplicate-entry: info } }] }\n',
    });
    const options = { cwd: folder.path, input: TWICE };
    const run = await aip(['lint', '-', '--stdin-filename', 'dev/a.yaml', '--format', 'json'], options);
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      files: ['dev/a.yaml'],
      diagnostics: [{ file: 'dev/a.yaml', severity: 'info' }],
    });
  });
});

const indent = (text: string): string => text.replace(/^(?=.)/gm, '    ');
const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n';

describe('a policy in a ConfigMap', () => {
  it.each([
    ['in a block', `${MAP}  note: "x"\n  policy.yaml: |\n${indent(TWICE)}`, 15, 11],
    [
      'in a block with a number',
      `${MAP}  policy.yaml: |4-\n${indent(TWICE).replace(/^/gm, '  ').trimEnd()}\n`,
      14,
      13,
    ],
    [
      'with an empty line',
      `${MAP}  policy.yaml: |\n${indent(TWICE.replace('spec:', '\nspec:'))}  other: x\n`,
      15,
      11,
    ],
    ['behind another document', `kind: Service\n---\n${MAP}  policy.yaml: |\n${indent(TWICE)}`, 16, 11],
    ['in quotes, as one place', `${MAP}  policy.yaml: ${JSON.stringify(TWICE)}\n`, 6, 16],
    ['on lines from Windows', `${MAP}  policy.yaml: |\n${indent(TWICE)}`.replaceAll('\n', '\r\n'), 14, 11],
  ])('is linted in place: %s', async (_, text, line, column) => {
    const { diagnostics } = await lint({ 'map.yaml': text }, ['.']);
    expect(diagnostics).toMatchObject([{ code: 'duplicate-entry', line, column }]);
  });

  it('is fixed in place', async () => {
    const text = `${MAP}  policy.yaml: | # ours\n${indent(TWICE)}    - tail\n  other: "kept"\n`;
    await lint({ 'map.yaml': text.replace('    - tail\n', '        - get_issue\n') }, ['.'], { fix: 'safe' });
    expect(folder.read('map.yaml')).toBe(
      text
        .replace('    - tail\n', '        - get_issue\n')
        .replace('        - list_issues\n        - list_issues\n', '        - list_issues\n'),
    );
  });

  it('has its ignores', async () => {
    const text = `${MAP}  policy.yaml: |\n${indent(TWICE.trimEnd())} # aip-ignore: duplicate-entry -- a test\n`;
    const { status, suppressed } = await lint({ 'map.yaml': text }, ['.']);
    expect({ status, suppressed }).toMatchObject({ status: 0, suppressed: [{ code: 'duplicate-entry' }] });
  });

  it('that is not there is nothing to check', async () => {
    const text = `${MAP}  note: |\n    about kind AgentPolicy\n`;
    expect((await lint({ 'map.yaml': text }, ['.'])).status).toBe(3);
    expect((await lint({ 'map.yaml': text }, ['map.yaml'])).diagnostics).toMatchObject([
      { code: 'wrong-kind' },
    ]);
  });

  it.each([
    ['skipped in a folder, which is said', '.', 3],
    ['an error where it is named', 'map.yaml', 1],
  ])('that can not be read is %s', async (_, path, status) => {
    const found = await lint({ 'map.yaml': `${MAP}  a: [\n  policy: |\n${indent(CLEAN)}` }, [path]);
    expect(found.status).toBe(status);
  });
});

describe('what a text is', () => {
  it.each([
    ['policy', CLEAN],
    ['policy', `\ufeff# a\n---\n${CLEAN}`],
    ['policy', '"kind": "AgentPolicy"\n'],
    ['policy', '{kind: AgentPolicy}'],
    ['policy', '  kind: AgentPolicy\n  apiVersion: aip.io/v9\n'],
    ['policy', 'apiVersion: aip.oi/v1alpha1\nkind: AgentPolicy\n'],
    ['policy', `${OTHER_GROUP}---\n${CLEAN}`],
    ['other-group', OTHER_GROUP],
    ['other-group', `kind: Service\n---\n${OTHER_GROUP}`],
    ['config-map', `${MAP}  a: |\n    kind: AgentPolicy\n`],
    ['other', 'text about AgentPolicy\n'],
    ['other', 'a:\n  kind: AgentPolicy\n'],
    ['other', ''],
  ])('%s: %j', (kind, text) => {
    expect(classifyText(text).kind).toBe(kind);
  });

  it('is decided without a failure and in no time for any text', () => {
    const piece = fc.constantFrom(
      'kind',
      ':',
      ' ',
      'AgentPolicy',
      'ConfigMap',
      '\n',
      '---\n',
      '{',
      '"',
      'apiVersion',
      'x/y',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { kind } = classifyText(pieces.join(''));
        if (!pieces.includes('AgentPolicy')) expect(kind).toBe('other');
      }),
    );
    const before = performance.now();
    classifyText(`AgentPolicy{${'kind '.repeat(200_000)}`);
    classifyText(`{AgentPolicy${'kind \t'.repeat(200_000)}`);
    classifyText(`AgentPolicy\n${' '.repeat(1_000_000)}`);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});

describe('hostile YAML', () => {
  const deep = '['.repeat(100_000);
  const bomb = `a: &a [x,x]\n${Array.from({ length: 30 }, (_, at) => `b${at}: &b${at} [*${at === 0 ? 'a' : `b${at - 1}`},*${at === 0 ? 'a' : `b${at - 1}`}]\n`).join('')}`;
  const keys = Array.from({ length: 100_000 }, (_, at) => `  k${at}: 1\n`).join('');
  const head = 'apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nmetadata: {name: a}\nspec:\n';

  it.each([
    ['deep nesting', `${head}  x: ${deep}\n`],
    ['an alias bomb', `${head}  x: 1\n${bomb}`],
    ['100,000 keys', `${head}${keys}`],
    ['deep nesting in a ConfigMap', `${MAP}  a: ${deep}\n  policy: |\n${indent(CLEAN)}`],
    [
      'as many errors as characters in a ConfigMap',
      `${MAP}  policy: |\n${indent(CLEAN)}x: ${'}'.repeat(500_000)}\n`,
    ],
    [
      'as many wrong escapes in a ConfigMap',
      `${MAP}  policy: |\n${indent(CLEAN)}x: "${'\\q'.repeat(240_000)}"\n`,
    ],
    ['a ConfigMap that is too large', `${MAP}  policy: |\n${indent(CLEAN)}${'#\n'.repeat(500_000)}`],
    ['an alias bomb in a ConfigMap', `${MAP}  policy: |\n${indent(CLEAN)}${bomb}`],
    ['40,000 keys in a ConfigMap', `${MAP}  policy: |\n${indent(CLEAN)}${keys.slice(0, 440_000)}\n`],
    [
      '1 MiB of policy',
      `${head}  allowed_tools:\n${Array.from({ length: 60_000 }, (_, at) => `    - tool_${at}\n`).join('')}`,
    ],
  ])('is answered: %s', { timeout: 20_000 }, async (_, text) => {
    folder = makeFolder({ 'a.yaml': text });
    const { context } = captureContext(join(folder.path));
    const before = performance.now();
    const status = await runLint(context, ['a.yaml'], {});
    const took = performance.now() - before;
    expect([0, 1]).toContain(status);
    // 2 s on a machine with nothing else to do.
    expect(took).toBeLessThan(8_000);
  });
});
