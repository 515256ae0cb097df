import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runDiff } from '../../src/commands/diff.ts';
import { CliError } from '../../src/exit-status.ts';
import type { DiffFlags } from '../../src/program/diff.ts';
import { captureContext, makeFolder } from '../lint/lint-in-folder.ts';
import { type GitFolder, git, makeGitFolder, writePolicy } from './git-folder.ts';

const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
const SCHEMA = join(import.meta.dirname, '../../schema/diff-report.schema.json');
const isReport = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));

const folders: { remove(): void }[] = [];
afterEach(() => {
  for (const each of folders.splice(0)) each.remove();
});

function repository(files: Readonly<Record<string, string>>): GitFolder {
  const made = makeGitFolder(files);
  folders.push(made);
  return made;
}

async function diff(cwd: string, operands: readonly string[], flags: Partial<DiffFlags> = {}) {
  const { context, stdout, stderr } = captureContext(cwd);
  try {
    const status = await runDiff(context, operands, { failOn: 'widened', ...flags }, 0);
    return { status, stdout: stdout(), stderr: stderr() };
  } catch (failure) {
    if (!(failure instanceof CliError)) throw failure;
    return {
      status: failure.status,
      stdout: stdout(),
      stderr: `${stderr()}${failure.message}\n${failure.help}`,
    };
  }
}

/** Commits `before`, lets the change happen, commits, and compares. */
async function compare(
  before: Readonly<Record<string, string>>,
  change: (folder: GitFolder) => void,
  flags: Partial<DiffFlags> = {},
) {
  const folder = repository(before);
  folder.commit('before');
  change(folder);
  folder.commit('after');
  return { folder, ...(await diff(folder.path, ['before..after'], flags)) };
}

const indent = (text: string): string => text.replaceAll(/^/gm, '    ').trimEnd();
const configMap = (...policies: readonly string[]): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n${policies
    .map((each, at) => `  p${at}.yaml: |\n${indent(each)}\n`)
    .join('')}`;

describe('a widened policy', () => {
  const wide = writePolicy('a', 'list', 'remove');
  it.each([
    ['with its kind on a line of its own', wide.replace('kind: ', 'kind:\n  ')],
    ['with an escape in its kind', wide.replace('AgentPolicy', '"Agent\\x50olicy"')],
    ['in brackets behind a mark', `--- ${JSON.stringify(parse(wide))}`],
  ])('is seen %s', async (_, text) => {
    const before = { 'a.yaml': writePolicy('a', 'list') };
    const found = await compare(before, (folder) => folder.write('a.yaml', text));
    expect([found.status, found.stdout]).toEqual([
      1,
      expect.stringContaining('before:a.yaml → after:a.yaml widened'),
    ]);
    const inMap = await compare({ 'm.yaml': configMap(before['a.yaml']) }, (folder) =>
      folder.write('m.yaml', configMap(text)),
    );
    expect([inMap.status, inMap.stdout]).toEqual([1, expect.stringContaining('remove')]);
  });

  it('that is named itself is loaded, whatever it says that it is', async () => {
    const { folder } = await compare({ 'a.yaml': writePolicy('a', 'list') }, (each) =>
      each.write('a.yaml', 'kind: Other\n'),
    );
    const found = await diff(folder.path, ['before..after', 'a.yaml']);
    expect([found.status, found.stderr]).toEqual([2, expect.stringContaining('a.yaml')]);
  });

  it.each(['../policies', '.././sub/../policies/', '../policies/a.yaml', '..', '.'])(
    'is found from another folder, without a warning: %s',
    async (path) => {
      const files = { 'policies/a.yaml': writePolicy('a', 'list'), 'sub/b.yaml': writePolicy('b', 'list') };
      const { folder } = await compare(files, (each) => {
        each.write('sub/b.yaml', writePolicy('b', 'x'));
      });
      const found = await diff(join(folder.path, 'sub'), ['before..after', path]);
      expect(found.stderr).toBe('');
      const none = await diff(join(folder.path, 'sub'), ['before..after', path, '../absent']);
      expect(none.stderr).toBe('aip: neither before nor after has anything in ../absent\n');
    },
  );
});

describe('policies in ConfigMaps', () => {
  it('are compared, and annotated in the lines of the file', async () => {
    const before = { 'k8s/m.yaml': configMap(writePolicy('a', 'list'), writePolicy('b', 'list')) };
    const after = configMap(writePolicy('a', 'list'), writePolicy('b', 'list', 'remove'));
    const { folder, status, stdout } = await compare(before, (each) => each.write('k8s/m.yaml', after), {
      format: ['pretty', 'github=github.txt', 'json=report.json'],
    });
    expect(status).toBe(1);
    expect(stdout).toContain('before:k8s/m.yaml#b → after:k8s/m.yaml#b widened');
    expect(stdout).toContain('policy: "k8s/m.yaml#b"');
    const line = after.split('\n').findLastIndex((each) => each.includes('remove')) + 1;
    expect(folder.read('github.txt')).toContain(`::error file=k8s/m.yaml,line=${line},title=widened-calls::`);
    expect(isReport(JSON.parse(folder.read('report.json'))) ? [] : isReport.errors).toEqual([]);
  });

  it('are the same when only the map around them changes', async () => {
    const map = configMap(writePolicy('a', 'list'));
    const found = await compare({ 'm.yaml': map }, (folder) =>
      folder.write('m.yaml', map.replace('name: m', 'name: other')),
    );
    expect([found.status, found.stdout]).toEqual([0, expect.stringContaining('unchanged: no difference')]);
  });

  it('are found again where a file becomes one', async () => {
    const found = await compare({ 'a.yaml': writePolicy('a', 'list') }, (folder) => {
      rmSync(join(folder.path, 'a.yaml'));
      folder.write('m.yaml', configMap(writePolicy('a', 'list', 'remove')));
    });
    expect([found.status, found.stdout]).toEqual([
      1,
      expect.stringContaining('before:a.yaml → after:m.yaml#a widened'),
    ]);
  });

  it('that can not be read count as wider, where they changed', async () => {
    const template = `${configMap(writePolicy('a', 'list'))}{{ if .Values.open }}\n  x: y\n{{ end }}\n`;
    const before = { 'm.yaml': template, 'other.yaml': writePolicy('b', 'x') };
    const same = await compare(before, (folder) => folder.write('other.yaml', writePolicy('b', 'X')));
    expect([same.status, same.stdout.includes('m.yaml')]).toEqual([0, false]);
    const other = await compare(before, (folder) => folder.write('m.yaml', template.replace('list', 'open')));
    expect([other.status, other.stdout]).toEqual([
      1,
      expect.stringContaining('m.yaml not compared: it speaks of a policy in a ConfigMap, and can'),
    ]);
    expect(other.stdout).toContain("what: 'policy that is not compared'".replaceAll("'", '"'));
  });
});

describe('links and submodules', () => {
  const policies = { 'base/a.yaml': writePolicy('a', 'list'), 'base/b.yaml': writePolicy('b', 'list', 'x') };
  const link = (folder: GitFolder, target: string, name = 'link.yaml'): void => {
    rmSync(join(folder.path, name), { force: true });
    symlinkSync(target, join(folder.path, name));
  };

  it.each<[string, number, string, (folder: GitFolder) => void]>([
    [
      'a new link is a new policy',
      1,
      'after:link.yaml added',
      (folder) => {
        link(folder, 'base/a.yaml');
      },
    ],
    [
      'a new link out of the repository is not known',
      1,
      'link.yaml not compared: it is a symbolic link that leads out of the repository',
      (folder) => link(folder, '../../etc/policy.yaml'),
    ],
    [
      'a new link to nothing is not known',
      1,
      'it is a symbolic link that leads to nothing in the repository',
      (folder) => link(folder, 'absent.yaml'),
    ],
    [
      'a circle is not known',
      1,
      'it is a symbolic link that leads back to itself',
      (folder) => link(folder, 'link.yaml'),
    ],
    [
      'a new link to a folder is not known',
      1,
      'folder not compared: it is a symbolic link to a folder',
      (folder) => link(folder, 'base', 'folder'),
    ],
    [
      'a link to what is no policy is nothing',
      0,
      'unchanged: no difference',
      (folder) => {
        folder.write('readme.md', 'x');
        link(folder, 'readme.md', 'docs');
      },
    ],
  ])('%s', async (_, status, said, change) => {
    const found = await compare(policies, change);
    expect([found.status, found.stdout]).toEqual([status, expect.stringContaining(said)]);
  });

  it('a link that leads to another policy is compared', async () => {
    const folder = repository(policies);
    link(folder, 'base/a.yaml');
    folder.commit('before');
    link(folder, 'base/b.yaml');
    folder.commit('after');
    const { status, stdout } = await diff(folder.path, ['before..after']);
    expect([status, stdout]).toEqual([1, expect.stringContaining('before:link.yaml → after:link.yaml')]);
  });

  it('what a link leads to is told once, and found where only the link is asked about', async () => {
    const folder = repository(policies);
    link(folder, 'base/a.yaml');
    folder.commit('before');
    folder.write('base/a.yaml', writePolicy('a', 'list', 'remove'));
    folder.commit('after');
    const all = await diff(folder.path, ['before..after']);
    expect(all.stdout).toContain('widened: 1 widened between');
    const one = await diff(folder.path, ['before..after', 'link.yaml']);
    expect([one.status, one.stdout]).toEqual([1, expect.stringContaining('→ after:link.yaml widened')]);
  });

  it('a submodule is compared where it is checked out, and not known where it is not', async () => {
    const inner = repository({ 'deep/a.yaml': writePolicy('a', 'list') });
    inner.commit('first');
    const folder = repository({ 'own.yaml': writePolicy('own', 'list') });
    folder.git('submodule', '--quiet', 'add', inner.path, 'sub');
    folder.commit('before');
    inner.write('deep/a.yaml', writePolicy('a', 'list', 'remove'));
    inner.commit('second');
    git(join(folder.path, 'sub'), 'pull', '-q', 'origin', 'main');
    folder.commit('after');
    const known = await diff(folder.path, ['before..after']);
    expect([known.status, known.stdout]).toEqual([
      1,
      expect.stringContaining('before:sub/deep/a.yaml → after:sub/deep/a.yaml widened'),
    ]);
    folder.git('submodule', '--quiet', 'deinit', '-f', 'sub');
    const unknown = await diff(folder.path, ['before..after']);
    expect([unknown.status, unknown.stdout]).toEqual([
      1,
      expect.stringContaining('sub not compared: it is a sub'),
    ]);
    const same = await diff(folder.path, ['after..after']);
    expect(same.status).toBe(0);
  });
});

describe('files', () => {
  it.each<[string, number, string, (folder: GitFolder) => void]>([
    ['in capitals', 1, 'after:b.YAML added', (folder) => folder.write('b.YAML', writePolicy('b', 'x'))],
    [
      'in UTF-16',
      2,
      '',
      (folder) => {
        const text = Buffer.from(`\ufeff${writePolicy('b', 'x')}`, 'utf16le');
        writeFileSync(join(folder.path, 'b.yaml'), text);
      },
    ],
    [
      'in UTF-16, big end first',
      2,
      '',
      (folder) => {
        const text = Buffer.from(`\ufeff${writePolicy('b', 'x')}`, 'utf16le').swap16();
        writeFileSync(join(folder.path, 'b.yaml'), text);
      },
    ],
    [
      'with bytes that are no UTF-8',
      2,
      '',
      (folder) => {
        const text = Buffer.concat([Buffer.from(writePolicy('b', 'x')), Buffer.from([0x23, 0xff])]);
        writeFileSync(join(folder.path, 'b.yaml'), text);
      },
    ],
    [
      'of another project',
      0,
      '',
      (folder) => folder.write('b.yaml', writePolicy('b', 'x').replace('aip.io', 'e.g')),
    ],
    [
      'that move to another project',
      1,
      'before:a.yaml deleted',
      (folder) => folder.write('a.yaml', writePolicy('a', 'list').replace('aip.io', 'e.g')),
    ],
    [
      'with a name of a range',
      1,
      'a..b.yaml added',
      (folder) => folder.write('a..b.yaml', writePolicy('b', 'x')),
    ],
    [
      'with a line break',
      1,
      'a\\nb.yaml added',
      (folder) => folder.write('a\nb.yaml', writePolicy('b', 'x')),
    ],
  ])('%s: %i %s', async (_, status, said, change) => {
    const found = await compare({ 'a.yaml': writePolicy('a', 'list') }, change);
    expect([found.status, found.stdout]).toEqual([status, expect.stringContaining(said)]);
    if (said === '') expect(found.stderr).toMatch(/b\.yaml/);
  });

  it('that are named count whatever their ending is', async () => {
    const { folder } = await compare({ policy: writePolicy('a', 'list') }, (each) =>
      each.write('policy', writePolicy('a', 'list', 'remove')),
    );
    expect((await diff(folder.path, ['before..after'])).status).toBe(3);
    expect((await diff(folder.path, ['before..after', './policy'])).status).toBe(1);
  });

  it('that were broken before can be repaired, once somebody has looked', async () => {
    const found = await compare({ 'a.yaml': 'kind: AgentPolicy\n' }, (folder) =>
      folder.write('a.yaml', writePolicy('a', 'list')),
    );
    expect([found.status, found.stdout]).toEqual([
      1,
      expect.stringContaining('a.yaml not compared: there is nothing to compare it with'),
    ]);
  });

  it('that are nowhere are told', async () => {
    const { folder } = await compare({ 'a.yaml': writePolicy('a', 'list') }, () => undefined);
    const { status, stderr } = await diff(folder.path, ['before..after', 'a.yaml', 'typo']);
    expect([status, stderr]).toEqual([0, 'aip: neither before nor after has anything in typo\n']);
  });
});

describe('history', () => {
  it('of a shallow clone that is missing is named with its remedy', async () => {
    const { folder } = await compare({ 'a.yaml': writePolicy('a', 'list') }, (each) =>
      each.write('a.yaml', writePolicy('a', 'list', 'remove')),
    );
    const clone = makeFolder({});
    folders.push(clone);
    git(clone.path, 'clone', '-q', '--depth=1', `file://${folder.path}`, 'shallow');
    const shallow = join(clone.path, 'shallow');
    const base = folder.git('rev-parse', 'before');
    const absent = await diff(shallow, [`${base}..HEAD`]);
    expect([absent.status, absent.stderr]).toEqual([2, expect.stringContaining('git fetch --deepen=100')]);
    git(shallow, 'fetch', '-q', '--depth=1', 'origin', base);
    const unrelated = await diff(shallow, [`${base}...HEAD`]);
    expect([unrelated.status, unrelated.stderr]).toEqual([
      2,
      expect.stringMatching(/no common ancestor here\nthis clone is shallow: run git fetch --deepen/),
    ]);
    git(shallow, 'fetch', '-q', '--deepen=100');
    expect((await diff(shallow, [`${base}...HEAD`])).status).toBe(1);
  });

  it('with several best common ancestors is told', async () => {
    const folder = repository({ 'a.yaml': writePolicy('a', 'list') });
    folder.commit('root');
    for (const branch of ['x', 'y']) {
      folder.git('checkout', '-q', '-b', branch, 'root');
      folder.write(`${branch}.yaml`, writePolicy(branch, 'list'));
      folder.commit(`${branch}1`);
    }
    folder.git('checkout', '-q', 'x');
    folder.git('merge', '-q', '-m', 'x2', 'y1');
    folder.git('checkout', '-q', 'y');
    folder.git('merge', '-q', '-m', 'y2', 'x1');
    const { stderr } = await diff(folder.path, ['x...y']);
    expect(stderr).toContain('x and y have 2 best common ancestors; compared with');
  });

  it('that was replaced counts as it was', async () => {
    const { folder } = await compare({ 'a.yaml': writePolicy('a', 'list') }, (each) =>
      each.write('a.yaml', writePolicy('a', 'list', 'remove')),
    );
    folder.git('replace', 'before', 'after');
    expect((await diff(folder.path, ['before..after'])).status).toBe(1);
  });
});

it.skipIf(process.platform === 'win32')(
  'a name with an escape is shown as text in a workflow command',
  async () => {
    const name = 'a\u001b[31m.yaml';
    const { folder } = await compare(
      { [name]: writePolicy('a', 'list') },
      (each) => each.write(name, writePolicy('a', 'list', 'remove')),
      { format: ['pretty', 'github=github.txt'] },
    );
    const written = folder.read('github.txt');
    expect(written).toContain('::error file=');
    expect(written).not.toContain('\u001b');
  },
);
