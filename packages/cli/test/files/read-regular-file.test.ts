import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runDiff } from '../../src/commands/diff.ts';
import { runLint } from '../../src/commands/lint.ts';
import { CliError } from '../../src/exit-status.ts';
import { readRegularFile, readRegularText } from '../../src/files/read-regular-file.ts';
import { makeGitFolder, writePolicy } from '../diff/git-folder.ts';
import { CLEAN, captureContext, type Folder, makeFolder } from '../lint/lint-in-folder.ts';

const folders: Folder[] = [];
afterEach(() => {
  for (const each of folders.splice(0)) each.remove();
});

function keep<T extends Folder>(folder: T): T {
  folders.push(folder);
  return folder;
}

const NAMES = { what: 'the file', help: 'a remedy' };
const onUnix = process.platform !== 'win32';

/** Puts something in a file's place that has no end, or no beginning. */
const PUT: Readonly<Record<string, (path: string) => void>> = {
  'a link to a device': (path) => symlinkSync('/dev/zero', path),
  'a named pipe': (path) => void execFileSync('mkfifo', [path]),
};

describe('a file of settings', () => {
  it('is read up to its limit, and is nothing where there is none', () => {
    const { path } = keep(makeFolder({ a: 'abcd', empty: '', bad: '' }));
    expect(readRegularFile(join(path, 'a'), 4, NAMES)?.toString()).toBe('abcd');
    expect(readRegularFile(join(path, 'empty'), 4, NAMES)?.length).toBe(0);
    expect(readRegularFile(join(path, 'absent'), 4, NAMES)).toBeUndefined();
    expect(() => readRegularFile(join(path, 'a'), 3, NAMES)).toThrow('the file: it is larger than 3 bytes');
    expect(() => readRegularFile(path, 3, NAMES)).toThrow("can't read the file: it is a folder");
    expect(() => readRegularText(join(path, 'absent'), 3, NAMES)).toThrow('there is no such file');
  });

  describe.skipIf(!onUnix).each(Object.entries(PUT))(
    'that is %s is refused, and not waited for:',
    (_, put) => {
      const tries: readonly (readonly [string, (cwd: string, name: string) => Promise<unknown>])[] = [
        ['aip.config.yaml', (cwd) => runLint(captureContext(cwd).context, ['.'], {})],
        ['.gitignore', (cwd) => runLint(captureContext(cwd).context, ['.'], {})],
        ['given.yaml', (cwd, config) => runLint(captureContext(cwd).context, ['a.yaml'], { config })],
        ['tools.json', (cwd, tools) => runLint(captureContext(cwd).context, ['a.yaml'], { tools })],
        ['baseline.json', (cwd, baseline) => runLint(captureContext(cwd).context, ['a.yaml'], { baseline })],
        [
          'aip.acknowledged.yaml',
          (cwd) => runDiff(captureContext(cwd).context, ['one..two'], { failOn: 'widened' }, 0),
        ],
        [
          'acknowledged.yaml',
          (cwd, acknowledged) =>
            runDiff(captureContext(cwd).context, ['one..two'], { failOn: 'widened', acknowledged }, 0),
        ],
      ];
      it.each(tries)('%s', async (name, run) => {
        const folder = keep(makeGitFolder({ 'a.yaml': CLEAN }));
        folder.commit('one');
        folder.write('a.yaml', writePolicy('clean', 'other'));
        folder.commit('two');
        put(join(folder.path, name));
        const failure = await run(folder.path, name).catch((thrown: unknown) => thrown);
        expect(failure).toBeInstanceOf(CliError);
        expect(String(failure)).toContain('it is no regular file, but a pipe or a device');
        rmSync(join(folder.path, name));
      });
    },
  );
});
