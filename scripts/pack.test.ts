import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PNPM, root } from './setup.mjs';

const FIXTURE = join(root, 'fixtures/packed/use-every-package.ts');
const folder = mkdtempSync(join(tmpdir(), 'agentpolicy-pack-'));
const tarballs = join(folder, 'tarballs');
const rooms = readdirSync(join(root, 'packages')).sort();

const run = (cwd: string, program: string, args: readonly string[]): string =>
  execFileSync(program, [...args], { cwd, encoding: 'utf8', shell: process.platform === 'win32' });

/** An empty project with some of the tarballs installed by npm. */
function install(name: string, files: readonly string[]): string {
  const project = join(folder, name);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"name":"empty","private":true,"type":"module"}\n');
  run(project, 'npm', [
    'install',
    '--silent',
    '--no-audit',
    '--no-fund',
    ...files.map((file) => join(tarballs, file)),
  ]);
  return project;
}

beforeAll(() => {
  run(root, 'npx', [
    '--yes',
    PNPM,
    '--recursive',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    tarballs,
  ]);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tarballOf = (room: string): string => {
  const found = readdirSync(tarballs).find((file) => file.startsWith(`agentpolicy-${room}-`));
  if (found === undefined) throw new Error(`${room} was not packed`);
  return found;
};

describe('what is published', () => {
  it.each(rooms)('%s: publint has nothing against it', async (room) => {
    const bytes = readFileSync(join(tarballs, tarballOf(room)));
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(bytes).buffer },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('the packages, installed into an empty project: types fit, and each does its work', {
    timeout: 300_000,
  }, () => {
    const project = install('packages', rooms.filter((room) => room !== 'cli').map(tarballOf));
    copyFileSync(FIXTURE, join(project, 'use.ts'));
    mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
    symlinkSync(
      join(root, 'node_modules/@types/node'),
      join(project, 'node_modules/@types/node'),
      'junction',
    );
    const tsc = join(root, 'node_modules/.bin/tsc');
    const types = [
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--strict',
      '--types',
      'node',
      '--outDir',
      'out',
    ];
    run(project, tsc, ['use.ts', '--ignoreConfig', ...types]);
    expect(run(project, process.execPath, ['out/use.js']).trimEnd().split('\n')).toEqual([
      'engine ALLOW BLOCK',
      'lint true',
      'analysis widened',
      'regex true',
      'message request',
      'proxy 2',
      'test-runner true',
    ]);
  });

  it('the command, installed by itself: it needs no other package', { timeout: 300_000 }, () => {
    const project = install('command', [tarballOf('cli')]);
    expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      '@agentpolicy',
    ]);
    const policy = join(root, 'fixtures/demo/agent.yaml');
    const aip = join('node_modules', '.bin', 'aip');
    const lint = run(project, aip, ['lint', policy]);
    expect(lint).toContain('in 1 file');
    const table = JSON.parse(run(project, aip, ['compile', policy]));
    expect(table.kind).toBe('AgentPolicyTable');
  });
});
