// What starting costs, as a ratio to starting Node and doing nothing.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serializeTable } from '@agentpolicy/core';
import { compileTable, makePolicy } from './policies.ts';

const ROUNDS = 15;

interface Program {
  readonly name: string;
  readonly args: readonly string[];
  /** More than this is too slow; undefined for what the others are compared with. */
  readonly goal: number | undefined;
}

function timeOnce({ name, args }: Program): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  // 1 is what a linter exits with where it has findings.
  if (status !== 0 && status !== 1) throw new Error(`${name} does not run: ${stderr}`);
  return ms;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

// The bundle stands in a folder of this package, two levels below it.
const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, '..', '..', '..');
const decide = join(folder, 'decide-once.mjs');
const aip = join(root, 'packages', 'cli', 'bundle', 'aip.js');
const work = mkdtempSync(join(tmpdir(), 'start-up-'));
try {
  const table = join(work, 'bench.aip.json');
  writeFileSync(table, serializeTable(compileTable(makePolicy(10))));
  const programs: Program[] = [
    { name: 'node -e 0', args: ['-e', '0'], goal: undefined },
    { name: 'loading a table and deciding once', args: [decide, table], goal: 1.3 },
  ];
  if (existsSync(aip)) {
    const policy = join(root, 'fixtures', 'demo', 'agent.yaml');
    programs.push({ name: 'aip lint of one policy', args: [aip, 'lint', policy], goal: 2.5 });
  } else {
    console.log('\naip lint is not measured: build the bundle first');
  }
  // In turns, so that a busy machine disturbs all of them alike.
  const times = programs.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    programs.forEach((program, at) => {
      times[at]?.push(timeOnce(program));
    });
  }
  const base = median(times[0] ?? []);
  console.log(`\nstart-up, medians of ${ROUNDS} rounds`);
  programs.forEach(({ name, goal }, at) => {
    const ms = median(times[at] ?? []);
    const aim = goal === undefined ? '' : `  (at most ${goal})`;
    console.log(`  ${name.padEnd(36)} ${ms.toFixed(0).padStart(5)} ms  ${(ms / base).toFixed(2)}x${aim}`);
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
