import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChainFiles, verifyAuditLog } from '../../src/audit/read/verify-audit-log.ts';

let folder: string;
let writer: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aip-kill-'));
  writer = join(folder, 'writer.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'audit-writer.ts')],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@agentpolicy/source'],
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a writer and kills it at some moment after its first record. */
async function writeUntilKilled(path: string, after: number): Promise<void> {
  const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  // The moment is the point: no event tells it.
  await sleep(after);
  child.kill('SIGKILL');
  await ended;
}

describe('an audit log whose writer is killed', () => {
  it('stays verifiable, and no record that was counted is missing', async () => {
    const path = join(folder, 'audit.jsonl');
    for (let run = 0; run < 15; run++) {
      await writeUntilKilled(path, (run * 37) % 60);
      const report = verifyAuditLog({ path });
      expect(report.findings).toEqual([]);
      expect(report.head.seq).toBe(report.records - 1);
    }
    const sessions = listChainFiles(path)
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      .filter((line) => line.includes('"event":"AUDIT_SESSION"'));
    expect(sessions).toHaveLength(15);
  });
});
