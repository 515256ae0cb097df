// Sets a fresh clone up and runs every test. Ends with one line that says how many passed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, root, setup } from './setup.mjs';

setup();
const folder = mkdtempSync(join(tmpdir(), 'agentpolicy-test-'));
const report = join(folder, 'report.json');
console.log('\n> running the tests');
const { status } = spawnSync(
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' },
);
try {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
  console.log(`${numPassedTests} passed, ${numFailedTests} failed${skipped}`);
  // A run without tests proves nothing.
  process.exitCode = status !== 0 || numPassedTests === 0 ? 1 : 0;
} catch {
  console.error('the test runner left no report');
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
