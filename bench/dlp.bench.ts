// Redacting 1 MB: our one-pass redactor against a loop of V8 RegExps (not linear-time) and re2js, for ten patterns and
// fifty, on text and JSON without a hit and with one hit in 10 KB.
import { compilePattern, parsePattern } from '@agentpolicy/regex';
import { createRedactor, loadProgram } from '@agentpolicy/regex/match';
import { RE2JS } from 're2js';
import { FIFTY_PATTERNS, type NamedPattern, TEN_PATTERNS } from './dlp-patterns.ts';
import { measure } from './harness.ts';

const SIZE = 1024 * 1024;
const PROSE =
  'The quarterly report shows that revenue grew in all regions, while costs stayed flat. See section 4.2 (page 17) for details, or ask the team; the build took 381 s on 12 machines. ';
const JSON_RECORD =
  '{"id":48151623,"name":"service-core","state":"open","labels":["bug","p2"],"created_at":"2026-01-05T09:00:00Z","url":"https://git.example/a/b/1"},';
const SECRET = 'AKIAIOSFODNN7EXAMPLE';

function fill(unit: string, everyBytes: number | null): string {
  const parts: string[] = [];
  let length = 0;
  let next = everyBytes ?? Number.POSITIVE_INFINITY;
  while (length < SIZE) {
    const part = length >= next ? `${SECRET} ` : unit;
    if (length >= next) next += everyBytes ?? 0;
    parts.push(part);
    length += part.length;
  }
  return parts.join('').slice(0, SIZE);
}

type Redact = (text: string) => string;

function ours(patterns: readonly NamedPattern[]): Redact {
  const items = patterns.map(({ name, regex }) => {
    const parsed = parsePattern(regex);
    if (!parsed.ok) throw new Error(`${name}: ${parsed.error.message}`);
    return {
      name,
      program: loadProgram(JSON.parse(JSON.stringify(compilePattern(parsed.pattern, { use: 'spans' })))),
    };
  });
  const redactor = createRedactor(items);
  return (text) => redactor.redact(text).text;
}

/** JavaScript has no `(?i)` in the middle of a pattern: the flag is taken off the front. */
function v8(patterns: readonly NamedPattern[]): Redact {
  const compiled = patterns.map(({ name, regex }) => ({
    marker: `[REDACTED:${name}]`,
    regex: regex.startsWith('(?i)') ? new RegExp(regex.slice(4), 'gi') : new RegExp(regex, 'g'),
  }));
  return (text) =>
    compiled.reduce((current, { marker, regex }) => current.replace(regex, () => marker), text);
}

function re2js(patterns: readonly NamedPattern[]): Redact {
  const compiled = patterns.map(({ name, regex }) => ({
    marker: `[REDACTED:${name}]`,
    regex: RE2JS.compile(regex),
  }));
  return (text) =>
    compiled.reduce((current, { marker, regex }) => regex.matcher(current).replaceAll(marker), text);
}

for (const [title, patterns] of [
  ['ten patterns', TEN_PATTERNS],
  ['fifty patterns', FIFTY_PATTERNS],
] as const) {
  const contenders = { ours: ours(patterns), V8: v8(patterns), re2js: re2js(patterns) };
  for (const [what, unit] of [
    ['text', PROSE],
    ['JSON', JSON_RECORD],
  ] as const) {
    for (const [hits, every] of [
      ['no hit', null],
      ['one hit in 10 KB', 10_240],
    ] as const) {
      const text = fill(unit, every);
      const expected = contenders.re2js(text);
      const entries = Object.entries(contenders);
      for (const [name, redact] of entries)
        if (redact(text) !== expected) throw new Error(`${name} differs from re2js`);
      const found = measure(
        entries.map(([name, redact]) => ({
          name,
          run(count: number) {
            for (let at = 0; at < count; at++) redact(text);
          },
        })),
        9,
      );
      const base = found[0]?.ns ?? 1;
      const line = found.map(
        ({ name, ns, noise }) =>
          `${name} ${((SIZE / ns) * 1000).toFixed(0)} MB/s ±${(noise * 100).toFixed(0)} % (${(ns / base).toFixed(1)}x the time)`,
      );
      console.log(`${title}, ${what}, ${hits}: ${line.join(', ')}`);
    }
  }
}
