// How long linting a repository of policies takes, as a ratio to reading the same texts with the YAML library alone.

import { parsePolicy } from '@agentpolicy/spec';
import { parseDocument } from 'yaml';
import { createLinter } from '../packages/lint/src/index.ts';
import { HOSTILE, writePolicy } from './lint-policies.ts';

const POLICIES = 1_000;
const BATCH = 50;

interface Work {
  readonly name: string;
  readonly run: (text: string) => unknown;
}

const linter = createLinter();
let findings = 0;
const works: readonly Work[] = [
  { name: 'reading with yaml alone', run: (text) => parseDocument(text) },
  { name: 'reading and checking the policies', run: (text) => parsePolicy(text, 'policy.yaml') },
  {
    name: 'linting them',
    run: (text) => {
      const parsed = parsePolicy(text, 'policy.yaml');
      if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
      findings += linter.lint(parsed.document).length;
    },
  },
];

const texts = Array.from({ length: POLICIES }, (_, team) => writePolicy(team));
const lines = texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0);
// In turns, batch by batch, so that a busy machine disturbs all of them alike.
const seconds = works.map(() => 0);
for (let from = 0; from < POLICIES; from += BATCH) {
  works.forEach(({ run }, at) => {
    const start = process.cpuUsage();
    for (const text of texts.slice(from, from + BATCH)) run(text);
    const { user, system } = process.cpuUsage(start);
    seconds[at] = (seconds[at] ?? 0) + (user + system) / 1e6;
  });
}
const base = seconds[0] ?? Number.NaN;
console.log(
  `\n${POLICIES} policies of ${Math.round(lines / POLICIES)} lines, ${findings} findings, CPU time of one process`,
);
works.forEach(({ name }, at) => {
  const spent = seconds[at] ?? Number.NaN;
  console.log(`  ${name.padEnd(36)} ${spent.toFixed(2).padStart(6)} s  ${(spent / base).toFixed(2)}x`);
});

console.log('\ntexts made to be slow, 1 MiB at most: read and linted, CPU time (at most 2 s)');
for (const [name, text] of Object.entries(HOSTILE)) {
  const start = process.cpuUsage();
  const parsed = parsePolicy(text(), 'policy.yaml');
  const found = parsed.ok ? linter.lint(parsed.document) : parsed.diagnostics;
  const { user, system } = process.cpuUsage(start);
  const spent = ((user + system) / 1e6).toFixed(2);
  console.log(`  ${name.padEnd(36)} ${spent.padStart(6)} s  ${found.length} findings`);
}
