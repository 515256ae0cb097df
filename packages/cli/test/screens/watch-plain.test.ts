import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIP, aip, ROOT } from '../aip.ts';

let folder: string;
let child: ChildProcess | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-watch-plain-'));
  child = null;
  cpSync(join(ROOT, 'fixtures/traces'), folder, { recursive: true });
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the built command in a pipe; what it gives waits for what is written next. */
function startWatch(): (text: RegExp) => Promise<string> {
  const started = spawn(process.execPath, [AIP, 'test', '--watch'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  let text = '';
  let wake = (): void => undefined;
  started.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    wake();
  });
  return async (wanted) => {
    for (;;) {
      const found = wanted.exec(text);
      if (found !== null) {
        const before = text.slice(0, found.index + found[0].length);
        text = text.slice(before.length);
        return before;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}

describe('aip test --watch in a pipe', () => {
  it('prints what each save comes to', async () => {
    const policy = join(folder, 'filesystem.policy.yaml');
    const good = readFileSync(policy, 'utf8');
    const next = startWatch();
    expect(await next(/ran \d+ suites in \d+ ms: \d+ passed, 0 failed\n/)).toMatch(
      /^Watching; Ctrl-C ends it\n/,
    );
    writeFileSync(policy, `${good}\n  x: [`);
    const broken = await next(/ms after the save: \d+ passed, 0 failed\n/);
    expect(broken).toContain('yaml-syntax');
    expect(broken).toContain('kept until it can be read: ');
    writeFileSync(`${policy}~`, good);
    renameSync(`${policy}~`, policy);
    const repaired = await next(/ms after the save: \d+ passed, 0 failed\n/);
    expect(repaired).not.toContain('FAIL');
    expect(repaired).not.toContain('kept');
  });

  it.skipIf(process.platform === 'win32')('ends as a signal asks', async () => {
    const next = startWatch();
    await next(/ran \d+ suites/);
    const ended = new Promise((resolve) => child?.once('close', (_, signal) => resolve(signal)));
    child?.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
  });

  it.each([
    [['--update'], '--update'],
    [['--mutate'], '--mutate'],
    [['--coverage-threshold', '50'], '--coverage-threshold'],
  ])('refuses %j', async (flags, name) => {
    const { status, stderr } = await aip(['test', '--watch', ...flags], { cwd: folder });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `aip: \`--watch\` can not be combined with \`${name}\`\n`,
    });
  });

  it('refuses paths that are not there', async () => {
    const { status, stderr } = await aip(['test', '--watch', 'none'], { cwd: folder });
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'aip: `none` does not exist\n' });
  });
});
