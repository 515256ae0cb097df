import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runLint } from '../../src/commands/lint.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { LintFlags } from '../../src/lint/flags.ts';
import { CLEAN, captureContext, type Folder, makeFolder, TWICE } from './lint-in-folder.ts';

const schema: object = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schema/aip-config.schema.json'), 'utf8'),
);
const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(schema);

function problems(text: string): readonly string[] {
  const result = readConfig(text, 'aip.config.yaml', '/x/aip.config.yaml', '/x');
  if (result.ok) return [];
  return result.diagnostics.map(
    ({ location: { range }, message }) => `${range.start.line}:${range.start.column} ${message}`,
  );
}

const GOOD: readonly string[] = [
  '',
  '# nothing yet\n',
  'roots: [policies, "services/*/policy.yaml"]\n',
  `lint:
  preset: strict
  rules:
    monitor-mode: off
    unanchored-pattern:
      severity: error
      options: { allowPrefixes: false }
    unknown-method: { options: { methods: [a/b] } }
  overrides:
    - files: [dev/**]
      preset: recommended
      rules: { duplicate-entry: info }
  fail_level: error
  max_warnings: 3
  baseline: aip-baseline.json
  tools: tools.json
`,
];

/** A mistake, where it is told, and whether the schema can know it too. */
const BAD: readonly (readonly [string, string, boolean])[] = [
  ['lnt: {}\n', '1:1 there is no setting `lnt` in the configuration', true],
  ['- a\n', '1:1 the configuration must be a mapping', true],
  ['lint:\n', '1:6 `lint` must be a mapping', true],
  ['roots: policies\n', '1:8 `roots` must be a list', true],
  ['roots: [1]\n', '1:8 `roots` must be a list of texts', true],
  ['lint:\n  preset: pedantic\n', '2:11 `preset` must be `recommended`, `strict` or `all`', true],
  ['lint:\n  max_warnings: -1\n', '2:17 `max_warnings` must be a whole number of at least 0', true],
  ['lint:\n  fail_level: never\n', '2:15 `fail_level` must be `error`, `warning` or `info`', true],
  ['lint:\n  overrides: [{ rules: {} }]\n', '2:15 an override needs `files`', true],
  [
    'lint:\n  rules:\n    monitor-mod: off\n',
    '3:5 there is no rule `monitor-mod`; did you mean `monitor-mode`?',
    false,
  ],
  [
    'lint:\n  rules:\n    monitor-mode: loud\n',
    '3:19 `monitor-mode` must be `error`, `warning`, `info` or `off`',
    true,
  ],
  [
    'lint:\n  rules:\n    monitor-mode: { options: { depth: 1 } }\n',
    '3:39 rule `monitor-mode` has no option `depth`: it has none',
    false,
  ],
  [
    'lint:\n  rules:\n    unanchored-pattern:\n      options:\n        allowPrefixes: 3\n',
    '5:24 option `allowPrefixes` of rule `unanchored-pattern` must be true or false',
    false,
  ],
  ['roots: []\nroots: []\n', '2:1 `roots` stands twice in the configuration', false],
  ['lint: &a {}\nroots: *a\n', '2:8 a configuration has no aliases', true],
];

describe('aip.config.yaml', () => {
  it.each(GOOD)('may be %j, and the schema agrees', (text) => {
    expect(problems(text)).toEqual([]);
    const agrees = validate(parse(text));
    expect(agrees, JSON.stringify(validate.errors)).toBe(true);
  });

  it.each(BAD)('may not be %j', (text, message, inSchema) => {
    expect(problems(text)).toContain(message);
    if (inSchema) expect(validate(parse(text))).toBe(false);
  });

  it('is never a failure, whatever it holds', () => {
    const word = fc.constantFrom(
      'lint',
      'rules',
      'overrides',
      'files',
      'roots',
      '- ',
      ': ',
      '\n  ',
      '[',
      '{',
      '&a ',
      '*a',
      '|',
      '"',
      'off',
      'monitor-mode',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 4 })), { maxLength: 20 }), (parts) => {
        expect(Array.isArray(problems(parts.join('')))).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(problems('['.repeat(50_000))).not.toEqual([]);
    expect(problems('}'.repeat(60_000))).toHaveLength(1);
    expect(problems('#'.repeat(70_000))).toEqual(['1:1 the configuration is larger than 64 KiB']);
  });
});

describe('aip lint with a configuration', () => {
  let folder: Folder | undefined;
  afterEach(() => folder?.remove());

  async function lint(
    files: Readonly<Record<string, string>>,
    cwd: string,
    paths: string[],
    flags: LintFlags = {},
  ) {
    folder = makeFolder({ '.git/HEAD': '', ...files });
    const captured = captureContext(join(folder.path, cwd));
    const status = await runLint(captured.context, paths, flags);
    return { status, stdout: captured.stdout(), stderr: captured.stderr() };
  }

  const OFF = 'lint: { rules: { duplicate-entry: off } }\n';

  it.each<[string, Readonly<Record<string, string>>, string, LintFlags, number]>([
    ['counts what the preset says without one', { 'a.yaml': TWICE }, '', {}, 1],
    ['heeds the one beside it', { 'a.yaml': TWICE, 'aip.config.yaml': OFF }, '', {}, 0],
    ['heeds the one at the root', { 'sub/a.yaml': TWICE, 'aip.config.yaml': OFF }, 'sub', {}, 0],
    [
      'heeds the nearest one alone',
      { 'sub/a.yaml': TWICE, 'sub/aip.config.yaml': 'roots: []\n', 'aip.config.yaml': OFF },
      'sub',
      {},
      1,
    ],
    ['reads none when told so', { 'a.yaml': TWICE, 'aip.config.yaml': OFF }, '', { config: false }, 1],
    ['reads the one that is named', { 'a.yaml': TWICE, 'x.yaml': OFF }, '', { config: 'x.yaml' }, 0],
    [
      'lets the command line win',
      { 'a.yaml': TWICE, 'aip.config.yaml': OFF },
      '',
      { rule: ['duplicate-entry=error'] },
      1,
    ],
    [
      'heeds an override for the file',
      {
        'dev/a.yaml': TWICE,
        'aip.config.yaml': 'lint: { overrides: [{ files: [dev/], rules: { duplicate-entry: info } }] }\n',
      },
      '',
      {},
      0,
    ],
    [
      'heeds no override for another file',
      {
        'prod/a.yaml': TWICE,
        'aip.config.yaml': 'lint: { overrides: [{ files: [dev/], rules: { duplicate-entry: info } }] }\n',
      },
      '',
      {},
      1,
    ],
    [
      'lets so many warnings pass',
      { 'a.yaml': TWICE, 'aip.config.yaml': 'lint: { max_warnings: 1 }\n' },
      '',
      {},
      0,
    ],
    ['lets no more pass', { 'a.yaml': TWICE }, '', { maxWarnings: '0' }, 1],
    ['fails on errors alone', { 'a.yaml': TWICE }, '', { failLevel: 'error' }, 0],
    [
      'fails on errors and on too many warnings',
      { 'a.yaml': TWICE },
      '',
      { failLevel: 'error', maxWarnings: '0' },
      1,
    ],
    ['fails on infos', { 'a.yaml': TWICE }, '', { failLevel: 'info', rule: ['duplicate-entry=info'] }, 1],
  ])('%s', async (_, files, cwd, flags, status) => {
    expect((await lint(files, cwd, ['.'], { ...flags })).status).toBe(status);
  });

  it('lints the roots where nothing is named', async () => {
    const { stdout } = await lint(
      { 'in/a.yaml': CLEAN, 'out/b.yaml': TWICE, 'aip.config.yaml': 'roots: [in]\n', 'sub/x': '' },
      'sub',
      [],
      { format: ['json'] },
    );
    expect(JSON.parse(stdout)).toMatchObject({ files: ['../in/a.yaml'] });
  });

  it('shows the place of a mistake and checks nothing', async () => {
    folder = makeFolder({ 'a.yaml': CLEAN, 'aip.config.yaml': 'lint:\n  rules:\n    monitor-mod: off\n' });
    const { context, stderr } = captureContext(folder.path);
    await expect(runLint(context, ['.'], {})).rejects.toThrow("`aip.config.yaml` can't be followed");
    expect(stderr()).toContain('aip.config.yaml:3:5 error there is no rule `monitor-mod`');
  });

  it.each<[LintFlags, string]>([
    [{ rule: ['monitor-mod=off'] }, 'there is no rule `monitor-mod`; did you mean `monitor-mode`?'],
    [{ rule: ['monitor-mode'] }, '`--rule monitor-mode` gives no severity'],
    [{ rule: ['monitor-mode=loud'] }, '`--rule NAME loud` is none of error, warning, info, off'],
    [{ preset: 'pedantic' }, '`--preset pedantic` is none of recommended, strict, all'],
    [{ maxWarnings: '-1' }, '`--max-warnings -1` is no whole number of at least 0'],
    [{ failLevel: 'never' }, '`--fail-level never` is none of error, warning, info'],
    [{ tools: 'a.yaml' }, 'a.yaml holds no tool list'],
    [{ config: 'missing.yaml' }, "can't read the configuration `missing.yaml`: there is no such file"],
  ])('refuses %j', async (flags, message) => {
    folder = makeFolder({ 'a.yaml': CLEAN });
    const { context } = captureContext(folder.path);
    await expect(runLint(context, ['a.yaml'], flags)).rejects.toThrow(message);
  });

  it('prints what counts for a file', async () => {
    const { stdout, status } = await lint(
      {
        'dev/a.yaml': CLEAN,
        'aip.config.yaml':
          'lint: { preset: strict, overrides: [{ files: [dev/], rules: { unanchored-pattern: { options: { allowPrefixes: false } } } }] }\n',
      },
      '',
      ['dev/a.yaml'],
      { printConfig: true, rule: ['monitor-mode=off'] },
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      config: 'aip.config.yaml',
      preset: 'strict',
      fail_level: 'warning',
      rules: {
        'monitor-mode': { severity: 'off' },
        'duplicate-entry': { severity: 'error', options: {} },
        'unanchored-pattern': { severity: 'error', options: { allowPrefixes: false } },
      },
    });
  });
});
