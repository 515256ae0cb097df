// Does a value match? Our programs against V8's RegExp (fast, but not linear-time) and re2js, on patterns as policies
// have them, for values of 40 to 80 characters and of 10 KB. The geometric mean over all cases counts.
import { compilePattern, parsePattern } from '@agentpolicy/regex';
import { loadProgram } from '@agentpolicy/regex/match';
import { RE2JS } from 're2js';
import { formatNs, type Measure, measure } from './harness.ts';

const FILL = 'abcdefghij/klmno-pqrst_uvwxyz.'.repeat(400);
const words = (length: number): string => FILL.slice(0, length);

interface Case {
  readonly name: string;
  readonly pattern: string;
  readonly short: readonly string[];
  readonly long: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'prefix',
    pattern: '^https://(api\\.)?github\\.com/.*',
    short: [
      'https://api.github.com/repos/agentpolicy/toolkit/pulls/17',
      'https://api.github.io/repos/agentpolicy/toolkit/pulls',
    ],
    long: [`https://github.com/${words(10_000)}`, `https://example.com/${words(10_000)}`],
  },
  {
    name: 'whole URL',
    pattern: '^https://(api\\.github\\.com|raw\\.githubusercontent\\.com|pypi\\.org)/[a-zA-Z0-9/_.-]+$',
    short: [
      'https://raw.githubusercontent.com/a/b/main/docs/readme.md',
      'https://raw.githubusercontent.com/a/b/main/docs/readme md?',
    ],
    long: [`https://pypi.org/${words(10_000)}`, `https://pypi.org/${words(10_000)}?`],
  },
  {
    name: 'enumeration',
    pattern: '^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$',
    short: ['OPTIONS', 'GET /repos/agentpolicy/toolkit/issues?state=open'],
    long: [words(10_000)],
  },
  {
    name: 'query',
    pattern: '^SELECT\\s+.*',
    short: [
      'SELECT id, title, state FROM pull_requests WHERE id = 7',
      'DELETE FROM pull_requests WHERE author_id = 48151623;',
    ],
    long: [`SELECT ${words(10_000)}`, `UPDATE ${words(10_000)}`],
  },
  {
    name: 'whole command',
    pattern: '^[a-zA-Z0-9 _./=-]+$',
    short: [
      'git log --oneline --since=2.weeks src/engine/tables',
      'git log --oneline --since=2.weeks | sh -c evil.sh',
    ],
    long: [words(10_000), `${words(10_000)};`],
  },
  {
    name: 'path',
    pattern: '^/workspace/(?:[a-z0-9_-]+/)*[a-z0-9_-]+\\.(?:ts|js|json|md)$',
    short: [
      '/workspace/packages/engine/src/tools/tool-judge.ts',
      '/workspace/packages/engine/src/../../../etc/passwd',
    ],
    long: [`/workspace/${'segment/'.repeat(1250)}file.ts`, `/workspace/${'segment/'.repeat(1250)}file.exe`],
  },
  {
    name: 'unanchored',
    pattern: '(DROP|DELETE|TRUNCATE)\\s+TABLE',
    short: [
      'SELECT 1; DROP TABLE users; -- and some more text here',
      'SELECT name FROM users WHERE id = 42 ORDER BY name ASC',
    ],
    long: [`${words(10_000)} DROP TABLE x`, words(10_000)],
  },
];

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

function tester(pattern: string): { readonly test: (text: string) => boolean; readonly engine: string } {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const program = loadProgram(JSON.parse(JSON.stringify(compilePattern(parsed.pattern, { use: 'match' }))));
  return { test: (text) => program.test(text), engine: program.info.engine };
}

function compare(pattern: string, text: string): Measure[] {
  const ours = tester(pattern);
  const v8 = new RegExp(pattern);
  const re2 = RE2JS.compile(pattern);
  const expected = re2.matcher(text).find();
  if (ours.test(text) !== expected || v8.test(text) !== expected)
    throw new Error(`engines differ on ${pattern}`);
  const repeat = (test: (text: string) => boolean) => (count: number) => {
    let hits = 0;
    for (let at = 0; at < count; at++) if (test(text)) hits++;
    if (hits !== (expected ? count : 0)) throw new Error('an answer changed');
  };
  return measure(
    [
      { name: 'ours', run: repeat(ours.test) },
      { name: 'V8', run: repeat((each) => v8.test(each)) },
      { name: 're2js', run: repeat((each) => re2.matcher(each).find()) },
    ],
    7,
  );
}

function run(title: string, pick: (each: Case) => readonly string[]): void {
  console.log(`\n${title}`);
  console.log(
    `  ${'case'.padEnd(18)} ${'engine'.padEnd(9)} ${'ours'.padStart(10)} ${'V8'.padStart(10)} ${'re2js'.padStart(10)}   V8/ours`,
  );
  const all: number[][] = [[], [], []];
  for (const each of CASES) {
    for (const text of pick(each)) {
      const found = compare(each.pattern, text);
      found.forEach(({ ns }, index) => {
        all[index]?.push(ns);
      });
      const [ours, v8, re2] = found.map(({ ns }) => ns);
      const what = `${each.name} ${tester(each.pattern).test(text) ? 'hit' : 'miss'}`;
      console.log(
        `  ${what.padEnd(18)} ${tester(each.pattern).engine.padEnd(9)} ${formatNs(ours ?? 0).padStart(10)} ${formatNs(v8 ?? 0).padStart(10)} ${formatNs(re2 ?? 0).padStart(10)}   ${((v8 ?? 0) / (ours ?? 1)).toFixed(2)}x`,
      );
    }
  }
  const [ours = 1, v8 = 1, re2 = 1] = all.map(geometricMean);
  console.log(
    `  geometric mean: ours ${formatNs(ours)}, V8 ${formatNs(v8)} (${(v8 / ours).toFixed(2)}x ours), re2js ${formatNs(re2)} (${(re2 / ours).toFixed(1)}x ours)`,
  );
}

run('values of 40 to 80 characters (the aim: V8 at least 1x, re2js at least 7x ours)', (each) => each.short);
run('values of 10 KB (the aim: V8 at least 1.5x ours)', (each) => each.long);
