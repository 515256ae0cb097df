import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTextIndex, type Diagnostic } from '@agentpolicy/core';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterEach, describe, expect, it } from 'vitest';
import { runLint } from '../../src/commands/lint.ts';
import type { RenderContext } from '../../src/lint/formats/render-context.ts';
import type { LintReport } from '../../src/lint/linted-file.ts';
import { LINT_FORMATS, parseOutputs } from '../../src/lint/output/formats.ts';
import { renderReport } from '../../src/lint/output/write-outputs.ts';
import { createStyle } from '../../src/terminal/style.ts';
import { aip } from '../aip.ts';
import { CLEAN, captureContext, type Folder, makeFolder, TWICE } from './lint-in-folder.ts';
import { SARIF_SCHEMA } from './sarif-schema.ts';

const JSON_SCHEMA = join(import.meta.dirname, '../../schema/lint-report.schema.json');
const ajv = new Ajv({ allErrors: true, strict: false });
formats.default(ajv);

function check(schema: object, text: string): unknown {
  const validate = ajv.compile(schema);
  return validate(JSON.parse(text)) ? 'valid' : validate.errors;
}

const jsonSchema: object = JSON.parse(readFileSync(JSON_SCHEMA, 'utf8'));

const context: RenderContext = {
  columns: undefined,
  style: createStyle('never', {}, {}),
  tolerance: {},
  toRepositoryPath: (file) => file,
};

/** Hostile in every format at once: workflow commands, XML, Markdown, terminal escapes, halves of characters. */
const HOSTILE = '`::error::x`\r\n\u001b[31m ]]> <script>&amp;"\' | @team [x](javascript:y) % \ud800 \uffff';
const TEXT = 'first line\nsecond line\n';
const index = createTextIndex(TEXT);

function finding(part: Partial<Diagnostic> = {}): Diagnostic {
  const location = { file: 'a b/ü#?.yaml', pointer: '/spec', range: index.rangeAt(11, 17) };
  return {
    code: 'duplicate-entry',
    severity: 'warning',
    message: HOSTILE,
    location,
    related: [{ message: 'first here', location }],
    help: 'do\nthis',
    fixes: [{ title: 'repair it', safety: 'safe', edits: [{ start: 11, end: 17, newText: 'third' }] }],
    ...part,
  };
}

function reportOf(diagnostics: readonly Diagnostic[]): LintReport {
  return {
    files: [
      {
        file: 'a b/ü#?.yaml',
        index,
        diagnostics,
        suppressed: [
          { diagnostic: finding(), by: 'comment', reason: 'because' },
          { diagnostic: finding(), by: 'baseline', reason: null },
        ],
      },
    ],
    skipped: [{ file: 'b.yaml', reason: 'another group' }],
    fixed: 1,
  };
}

const HOSTILE_REPORT = reportOf([
  finding({ severity: 'error', code: 'wrong-type' }),
  finding(),
  finding({ severity: 'info' }),
]);
const EMPTY_REPORT: LintReport = {
  files: [{ file: 'a.yaml', index, diagnostics: [], suppressed: [] }],
  skipped: [],
  fixed: 0,
};

describe('json', () => {
  it.each([
    ['hostile findings', HOSTILE_REPORT],
    ['no findings', EMPTY_REPORT],
  ])('follows the published schema with %s', async (_, report) => {
    expect(check(jsonSchema, await renderReport('json', report, context))).toBe('valid');
  });
});

interface Sarif {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: readonly { readonly toolExecutionNotifications: readonly unknown[] }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly suppressions?: readonly unknown[];
    }[];
  }[];
}

async function sarif(report: LintReport): Promise<Sarif['runs'][number]> {
  const text = await renderReport('sarif', report, context);
  expect(check(SARIF_SCHEMA, text)).toBe('valid');
  const log: Sarif = JSON.parse(text);
  const [run] = log.runs;
  if (run === undefined) throw new Error('no run');
  return run;
}

describe('sarif', () => {
  it('is what the standard and code scanning take', async () => {
    const { results, tool } = await sarif(HOSTILE_REPORT);
    expect(results.map(({ level }) => level)).toEqual(['error', 'warning', 'note', 'warning', 'warning']);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(results.map(({ suppressions }) => suppressions)).toEqual([
      undefined,
      undefined,
      undefined,
      [{ kind: 'inSource', justification: 'because' }],
      [{ kind: 'external' }],
    ]);
  });

  it('is valid without findings', async () => {
    expect((await sarif(EMPTY_REPORT)).results).toEqual([]);
  });

  it('gives every finding of a file a fingerprint of its own', async () => {
    const { results } = await sarif(HOSTILE_REPORT);
    const prints = results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('keeps errors where there are more than 25,000 findings, and says that some are left out', async () => {
    const many = Array.from({ length: 25_010 }, () => finding({ severity: 'info' }));
    const { results, invocations } = await sarif(reportOf([...many, finding({ severity: 'error' })]));
    expect(results).toHaveLength(25_000);
    expect(results[0]?.level).toBe('error');
    expect(invocations[0]?.toolExecutionNotifications).toHaveLength(1);
  });
});

describe('github', () => {
  it('writes one command a finding, whatever the text holds', async () => {
    const lines = (await renderReport('github', HOSTILE_REPORT, context)).trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines.slice(0, 3).map((line) => /^::(\w+) [^:]*::/.exec(line)?.[1])).toEqual([
      'error',
      'warning',
      'notice',
    ]);
    expect(lines[0]).toContain('file=a b/ü#?.yaml,line=2,endLine=2,col=1,endColumn=7,title=wrong-type');
    expect(lines[3]).toBe('1 error, 1 warning, 1 info in 1 file');
  });

  it('escapes what would end a property', async () => {
    const report = await renderReport('github', HOSTILE_REPORT, {
      ...context,
      toRepositoryPath: () => 'a,b:c%.yaml',
    });
    expect(report).toContain('file=a%2Cb%3Ac%25.yaml,');
  });
});

describe('junit', () => {
  it('counts what fails, and lets nothing of the text be XML', async () => {
    const text = await renderReport('junit', HOSTILE_REPORT, context);
    expect(text).toContain('<testsuites name="aip lint" tests="5" failures="2" errors="0">');
    expect(text.match(/<failure /g)).toHaveLength(2);
    expect(text.match(/<skipped /g)).toHaveLength(2);
    expect(text.match(/<system-out>/g)).toHaveLength(1);
    expect(text).not.toMatch(/<script|\]\]>|&(?!amp;|lt;|gt;|quot;)/);
    expect([...text].filter((character) => character < ' ' && character !== '\n')).toEqual([]);
    expect(text).not.toContain('\uffff');
  });

  it('has a case that passes for a file without findings', async () => {
    expect(await renderReport('junit', EMPTY_REPORT, context)).toContain(
      '<testcase name="clean" classname="a.yaml"/>',
    );
  });
});

describe('markdown', () => {
  it('keeps a finding in its row and its marks out of the page', async () => {
    const lines = (await renderReport('markdown', HOSTILE_REPORT, context)).split('\n');
    const rows = lines.filter((line) => line.startsWith('| ') && !line.startsWith('| |'));
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row.match(/\|/g)).toHaveLength(5);
      expect(row).not.toMatch(/<script|@team|\]\(|https?:/);
    }
  });
});

describe('the places that reports go to', () => {
  it.each([
    ['GitHub Actions', { GITHUB_ACTIONS: 'true' }, 'github'],
    ['elsewhere', {}, 'pretty'],
  ])('are chosen for %s', (_, environment, format) => {
    expect(parseOutputs([], environment)).toEqual([{ format, file: undefined }]);
  });

  it.each([
    [['yaml'], 'there is no format `yaml`'],
    [['pretty', 'json'], 'two reports would go to standard output'],
    [['json=a', 'sarif=a'], 'two reports would go to `a`'],
    [['json='], '`--format json=` names no file'],
  ])('%j is refused', (values, message) => {
    expect(() => parseOutputs(values, {})).toThrow(message);
  });

  let folder: Folder | undefined;
  afterEach(() => folder?.remove());

  it('take every format at once', async () => {
    folder = makeFolder({ 'a.yaml': TWICE, 'b.yaml': CLEAN });
    const { context, stdout } = captureContext(folder.path);
    const format = LINT_FORMATS.map((name) => (name === 'pretty' ? name : `${name}=out.${name}`));
    expect(await runLint(context, ['.'], { format, preset: 'recommended' })).toBe(1);
    expect(stdout()).toContain('1 warning in 2 files');
    expect(check(jsonSchema, folder.read('out.json'))).toBe('valid');
    expect(check(SARIF_SCHEMA, folder.read('out.sarif'))).toBe('valid');
    expect(folder.read('out.github')).toContain('::warning file=a.yaml,line=8,');
    expect(folder.read('out.junit')).toContain('<testsuite name="b.yaml"');
    expect(folder.read('out.markdown')).toContain('1 warning, 0 info in 2 files');
  });

  it.each([
    [
      [
        '--format',
        'json',
        '-o',
        'out.json',
        '--format',
        'junit',
        '--output',
        'out.xml',
        '--format',
        'pretty',
      ],
      '',
    ],
    [['-o', 'out.json'], '`-o out.json` follows no format'],
    [['--format', 'json=a', '-o', 'out.json'], '`--format json=a` has a file already'],
    [['--format', 'json', '-o', 'a', '-o', 'b'], '`--format json=a` has a file already'],
  ])('are given by -o too: %j', async (args, problem) => {
    folder = makeFolder({ 'a.yaml': TWICE });
    const { status, stdout, stderr } = await aip(['lint', ...args, 'a.yaml'], { cwd: folder.path });
    expect(stderr).toContain(problem);
    expect(status).toBe(problem === '' ? 1 : 2);
    if (problem !== '') return;
    expect(stdout).toContain('1 warning in 1 file');
    expect(check(jsonSchema, folder.read('out.json'))).toBe('valid');
    expect(folder.read('out.xml')).toContain('<testsuite name="a.yaml"');
  });

  it('include the job summary, behind what other steps wrote', async () => {
    folder = makeFolder({ 'a.yaml': TWICE, 'summary.md': 'before\n' });
    const { context, stdout } = captureContext(folder.path, {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(folder.path, 'summary.md'),
    });
    expect(await runLint(context, ['a.yaml'], { preset: 'recommended' })).toBe(1);
    expect(stdout()).toMatch(/^::warning file=a\.yaml,line=8,/);
    expect(folder.read('summary.md')).toMatch(/^before\n### AgentPolicy lint: 0 errors, 1 warning/);
  });

  it('name the file where one can not be written', async () => {
    folder = makeFolder({ 'a.yaml': CLEAN });
    const { context } = captureContext(folder.path);
    await expect(
      runLint(context, ['a.yaml'], { format: ['json=missing/out.json'], preset: 'recommended' }),
    ).rejects.toThrow("can't write `missing/out.json`: there is no such file");
  });
});
