import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AIP, aip, ROOT } from './aip.ts';

const folder = mkdtempSync(join(tmpdir(), 'aip-input-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(process.platform === 'win32')('a device without end', () => {
  it.each([
    [['lint', '/dev/zero']],
    [['compile', '/dev/zero']],
    [['hash', '/dev/zero']],
    [['explain', '/dev/zero', '--tool', 'x']],
    [['wrap', '/dev/zero']],
    [['test', '--merge', '/dev/zero']],
    [['trace', 'import', '/dev/zero']],
  ])('%j ends with words', async (args) => {
    const { status, stderr } = await aip(args, { cwd: folder });
    expect(status).toBe(2);
    expect(stderr).toContain('268435456 bytes');
  });
});

it('a closed output is no success: a gate in a pipe does not pass', async () => {
  const child = spawn(process.execPath, [AIP, 'lint', join(ROOT, 'fixtures/demo/broken.yaml')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.destroy();
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(141);
});
