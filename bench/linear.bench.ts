// Patterns that make a backtracking engine explode, on texts of 10^3 to 10^7 characters: ten times the text takes
// ten times the time.
import { compilePattern, parsePattern } from '@agentpolicy/regex';
import { loadProgram } from '@agentpolicy/regex/match';
import { formatNs } from './harness.ts';

const CASES: readonly (readonly [pattern: string, unit: string, end: string])[] = [
  ['(a+)+$', 'a', '!'],
  ['(a|a)*b', 'a', 'c'],
  ['(.*){1,200}x', 'a', 'y'],
  ['^(a?){500}a{500}$', 'a', ''],
  ['^(?:(?:a{0,9}){0,9}){0,9}$', 'a', 'b'],
  ['x.{20}y', 'x', 'x'],
];
const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7];

function timeOnce(work: () => unknown): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start);
}

console.log(
  `${'pattern'.padEnd(30)}${'engine'.padEnd(10)}${'compile'.padStart(10)}${SIZES.map((size) => size.toExponential(0).padStart(11)).join('')}`,
);
for (const [pattern, unit, end] of CASES) {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const { pattern: tree } = parsed;
  const compiling = timeOnce(() => compilePattern(tree, { use: 'match' }));
  const program = loadProgram(compilePattern(tree, { use: 'match' }));
  const times = SIZES.map((size) => {
    const text = unit.repeat(size - end.length) + end;
    return Math.min(...[1, 2, 3].map(() => timeOnce(() => program.test(text))));
  });
  console.log(
    `${pattern.padEnd(30)}${program.info.engine.padEnd(10)}${formatNs(compiling).padStart(10)}${times.map((ns) => formatNs(ns).padStart(11)).join('')}`,
  );
}
