/**
 * Compares the engine with re2js on random patterns and texts, over the built packages.
 *   node scripts/regex-fuzz.mjs [--pairs 1000000] [--seed 1]
 * Ends with 1 at the first differences, which it prints with the seed that repeats them.
 */
import { createOracle } from '../fixtures/regex/oracle.mjs';
import { createRandom, randomPattern, randomText } from '../fixtures/regex/random-patterns.mjs';
import { compilePattern, parsePattern } from '../packages/regex/dist/index.js';
import { createRedactor, loadProgram } from '../packages/regex/dist/match/index.js';

const TEXTS_A_PATTERN = 12;
const MAX_SHOWN = 10;

function readOption(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  process.stderr.write(`--${name} takes a whole number\n`);
  process.exit(2);
}

const pairs = readOption('pairs', 1_000_000);
const seed = readOption('seed', 1);
const random = createRandom(seed);
let done = 0;
let patterns = 0;
let differences = 0;
const engines = new Map();

function report(what, pattern, text, expected, got) {
  differences++;
  console.log(
    `${what}: pattern ${JSON.stringify(pattern)} text ${JSON.stringify(text)}: expected ${expected}, got ${got}`,
  );
}

while (done < pairs && differences < MAX_SHOWN) {
  const source = randomPattern(random);
  const oracle = createOracle(source);
  const parsed = parsePattern(source);
  patterns++;
  if (parsed.ok !== (oracle !== undefined)) report('accepted', source, '', oracle !== undefined, parsed.ok);
  if (!parsed.ok || oracle === undefined) continue;
  const data = compilePattern(parsed.pattern);
  const match = loadProgram(JSON.parse(JSON.stringify(data)));
  const spans = loadProgram(JSON.parse(JSON.stringify(compilePattern(parsed.pattern, { use: 'spans' }))));
  engines.set(data.engine, (engines.get(data.engine) ?? 0) + 1);
  for (let i = 0; i < TEXTS_A_PATTERN; i++) {
    const text = randomText(random);
    const expected = oracle.test(text);
    if (match.test(text) !== expected) report('match', source, text, expected, !expected);
    if (spans.test(text) !== expected) report('match of spans', source, text, expected, !expected);
    const all = oracle.spans(text);
    const found = spans
      .findAll(text)
      .map(({ start, end }) => `${start}-${end}`)
      .join(' ');
    if (found !== all) report('spans', source, text, all, found);
    done++;
  }
}
/** Sets of patterns, redacted in one pass, against one replace-all after the other. */
let redactions = 0;
const sets = Math.ceil(pairs / 200);
for (let count = 0; count < sets && differences < MAX_SHOWN; count++) {
  const items = [];
  while (items.length < 1 + random.below(4)) {
    const source = randomPattern(random);
    const oracle = createOracle(source);
    const parsed = parsePattern(source);
    if (!parsed.ok || oracle === undefined) continue;
    const program = loadProgram(compilePattern(parsed.pattern, { use: 'spans' }));
    if (!program.info.matchesEmpty || random.below(20) === 0)
      items.push({ name: random.pick(['k', 'ab', 'a b', '$0']), program, oracle, source });
  }
  const redactor = createRedactor(items);
  for (let i = 0; i < TEXTS_A_PATTERN; i++) {
    let text = '';
    for (let left = random.below(6); left >= 0; left--)
      text += random.below(3) === 0 ? '\r'.repeat(random.below(99)) : randomText(random);
    let expected = text;
    for (const { name, oracle } of items) {
      let out = '';
      let last = 0;
      for (const span of oracle.spans(expected).split(' ').filter(Boolean)) {
        const [start, end] = span.split('-').map(Number);
        out += `${expected.slice(last, start)}[REDACTED:${name}]`;
        last = end;
      }
      expected = out + expected.slice(last);
    }
    const got = redactor.redact(text).text;
    redactions++;
    if (got !== expected)
      report(
        'redaction',
        items.map(({ source, name }) => `${source} => ${name}`),
        text,
        JSON.stringify(expected),
        JSON.stringify(got),
      );
    if (redactor.mightMatch(text) !== items.some(({ oracle }) => oracle.test(text)))
      report(
        'mightMatch',
        items.map(({ source }) => source),
        text,
        '',
        '',
      );
  }
}

const used = [...engines]
  .sort()
  .map(([engine, count]) => `${engine} ${count}`)
  .join(', ');
console.log(
  `seed ${seed}: ${done} pairs, ${patterns} patterns (${used}), ${redactions} redactions, ${differences} differences`,
);
process.exitCode = differences === 0 && done > 0 ? 0 : 1;
