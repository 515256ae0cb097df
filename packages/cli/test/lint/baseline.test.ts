import { afterEach, describe, expect, it } from 'vitest';
import { runLint } from '../../src/commands/lint.ts';
import type { LintFlags } from '../../src/lint/flags.ts';
import { CLEAN, captureContext, type Folder, makeFolder, TWICE } from './lint-in-folder.ts';

let folder: Folder = makeFolder({});
afterEach(() => folder.remove());

async function lint(paths: readonly string[], flags: LintFlags) {
  const captured = captureContext(folder.path);
  const status = await runLint(captured.context, paths, flags);
  return { status, stdout: captured.stdout(), stderr: captured.stderr() };
}

const BASELINE = { baseline: 'base/known.json' };

function start(files: Readonly<Record<string, string>>): Promise<{ status: number }> {
  folder = makeFolder({ 'base/x': '', ...files });
  return lint(['.'], { ...BASELINE, updateBaseline: true });
}

describe('--baseline', () => {
  it('keeps known findings quiet, also where their line has moved', async () => {
    expect((await start({ 'a.yaml': TWICE })).status).toBe(0);
    folder.write('a.yaml', `# moved\n${TWICE}`);
    const { status, stdout } = await lint(['.'], BASELINE);
    expect(status).toBe(0);
    expect(stdout).toBe('clean: 1 file checked, nothing found (1 in the baseline)\n');
  });

  it.each([
    ['in another file', { 'b.yaml': TWICE }, '1 warning in 2 files (1 in the baseline)'],
    [
      'of the same kind on the same text',
      { 'a.yaml': `${TWICE}    - list_issues\n` },
      '1 warning in 1 file (1 in the baseline)',
    ],
    ['that no rule made', { 'a.yaml': TWICE.replace('metadata', 'metdata') }, 'error'],
  ])('fails on a new finding %s', async (_, files, summary) => {
    await start({ 'a.yaml': TWICE });
    for (const [name, text] of Object.entries(files)) folder.write(name, text);
    const { status, stdout } = await lint(['.'], BASELINE);
    expect(status).toBe(1);
    expect(stdout).toContain(summary);
  });

  it('never takes up what makes a policy unreadable', async () => {
    expect((await start({ 'a.yaml': TWICE.replace('metadata', 'metdata') })).status).toBe(1);
    expect(JSON.parse(folder.read('base/known.json'))).toEqual({ version: 1, findings: [] });
  });

  it('says what is gone, and prunes it when told to', async () => {
    await start({ 'a.yaml': TWICE, 'b.yaml': TWICE });
    folder.write('a.yaml', CLEAN);
    expect((await lint(['.'], BASELINE)).stderr).toContain('1 finding of the baseline is gone');
    await lint(['.'], { ...BASELINE, updateBaseline: true });
    expect((await lint(['.'], BASELINE)).stderr).toBe('');
    const { findings } = JSON.parse(folder.read('base/known.json'));
    expect(findings).toMatchObject([{ file: '../b.yaml', code: 'duplicate-entry', count: 1 }]);
  });

  it('keeps what it has about files that were not linted', async () => {
    await start({ 'a.yaml': TWICE, 'b.yaml': TWICE });
    const before = folder.read('base/known.json');
    expect((await lint(['a.yaml'], BASELINE)).stderr).toBe('');
    await lint(['a.yaml'], { ...BASELINE, updateBaseline: true });
    expect(folder.read('base/known.json')).toBe(before);
  });

  it('shows the text of the same finding in SARIF as known', async () => {
    await start({ 'a.yaml': TWICE });
    const { stdout } = await lint(['.'], { ...BASELINE, format: ['sarif'] });
    expect(JSON.parse(stdout).runs[0].results).toMatchObject([{ suppressions: [{ kind: 'external' }] }]);
  });

  it.each<[string, string | undefined, LintFlags, string]>([
    ['is missing', undefined, BASELINE, "can't read the baseline `base/known.json`: there is no such file"],
    ['is no JSON', '{', BASELINE, '`base/known.json` is no baseline of version 1'],
    ['is of another version', '{"version":2,"findings":[]}', BASELINE, 'is no baseline of version 1'],
    [
      'has a count that is no count',
      '{"version":1,"findings":[{"file":"a","code":"b","fingerprint":"c","count":0}]}',
      BASELINE,
      'is no baseline of version 1',
    ],
    ['is not named', undefined, { updateBaseline: true }, '--update-baseline has no baseline to update'],
  ])('is refused where it %s', async (_, text, flags, message) => {
    folder = makeFolder({ 'a.yaml': CLEAN, 'base/x': '' });
    if (text !== undefined) folder.write('base/known.json', text);
    await expect(lint(['a.yaml'], flags)).rejects.toThrow(message);
  });
});
