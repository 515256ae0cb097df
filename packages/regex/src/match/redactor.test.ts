import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../fixtures/regex/random-patterns.mjs';
import { compilePattern } from '../compile/compile-pattern.ts';
import { parsePattern } from '../syntax/parse-pattern.ts';
import { loadProgram } from './load-program.ts';
import { createRedactor, type RedactorItem } from './redactor.ts';
import { replaceSpans } from './replace.ts';

function item(name: string, source: string): RedactorItem {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return { name, program: loadProgram(compilePattern(parsed.pattern, { use: 'spans' })) };
}

/** One replace-all after the other, over the whole text. */
function redactInOrder(items: readonly RedactorItem[], original: string): string {
  return items.reduce(
    (text, { name, program }) =>
      replaceSpans(text, program.findAll(text), `[REDACTED:${name}]`, Number.POSITIVE_INFINITY),
    original,
  );
}

describe('createRedactor', () => {
  it('gives the same on long texts, with many patterns and wherever a match stands', () => {
    const sources = [
      'AKIA[A-Z0-9]{8}',
      '(?i)(secret|api_key)\\s*[:=]\\s*[\'"]?[a-z0-9_-]{6,}',
      '[a-z0-9._-]+@[a-z0-9-]+\\.[a-z]{2,}',
      '\\b\\d{3}-\\d{2}-\\d{4}\\b',
      '(?m)^-----BEGIN [A-Z ]+-----$',
      ...Array.from({ length: 12 }, (_, index) => `tok${index}_[a-z0-9]{5,9}`),
    ];
    const items = sources.map((source, index) => item(`p${index}`, source));
    const redactor = createRedactor(items);
    const random = createRandom(77);
    const filler = ['lorem ', 'ipsum, ', '{"id":481,"name":"core"},', '\n', 'a_b-c ', '10.2.3.4 '];
    const secrets = [
      'AKIA12345678',
      'api_key: "abc123def"',
      'me@host.org',
      ' 123-45-6789 ',
      '\n-----BEGIN KEY-----\n',
    ];
    let changed = 0;
    for (let round = 0; round < 60; round++) {
      const parts: string[] = [];
      for (let left = random.below(2500); left > 0; left--) parts.push(random.pick(filler));
      for (let left = random.below(6); left > 0; left--) {
        const secret = random.pick([...secrets, `tok${random.below(12)}_abcdef`, 'é', '😀']);
        parts.splice(random.below(parts.length + 1), 0, secret);
      }
      const text = parts.join('');
      expect([text, redactor.redact(text).text]).toEqual([text, redactInOrder(items, text)]);
      if (redactor.mightMatch(text)) changed++;
    }
    expect(changed).toBeGreaterThan(30);
  });
});
