import type { Scanner } from '@agentpolicy/engine';
import { createEngine } from '@agentpolicy/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, policy } from '../../test/support/compile.ts';
import { createMask } from './mask.ts';

const PATTERNS = {
  token: 'ghp_[A-Za-z0-9]{36}',
  ssn: '\\b[0-9]{3}-[0-9]{2}-[0-9]{4}\\b',
  jwt: 'eyJ[a-z]{8,}\\.eyJ[a-z]{8,}\\.[a-z]{8,}',
  word: 'hunter2',
};

function scannerOf(patterns: Readonly<Record<string, string>>): Scanner {
  const list = Object.entries(patterns).map(([name, regex]) => ({ name, regex }));
  const table = compile(policy(`dlp: ${JSON.stringify({ detect_encoding: true, patterns: list })}`));
  const engine = createEngine(table, {
    clock: () => 0,
    home: '/home/user',
    cwd: '/srv',
    foldCase: false,
    ownFiles: [],
  });
  if (engine.logs === null) throw new Error('no patterns');
  return engine.logs;
}

const scanner = scannerOf(PATTERNS);
const mask = createMask(scanner);
const TOKEN = `ghp_${'aB3'.repeat(12)}`;

describe('a mask', () => {
  it.each([
    ['what holds no secret', 'hello', null],
    ['a token, of which the prefix names the kind', `x ${TOKEN} y`, `x ghp_${'xX0'.repeat(12)} y`],
    ['two of them', `${TOKEN},${TOKEN}`, `ghp_${'xX0'.repeat(12)},ghp_${'xX0'.repeat(12)}`],
    ['a number with a shape', 'ssn 123-45-6789.', 'ssn 000-00-0000.'],
    ['a token in parts', 'eyJabcdefghi.eyJjklmnopq.rstuvwxy', 'eyJxxxxxxxxx.eyJxxxxxxxx.rstxxxxx'],
  ])('keeps the shape of %s', (_, text, expected) => {
    const masked = mask(text);
    expect(masked?.text ?? null).toBe(expected);
    if (masked !== null) expect(masked.keepsShape).toBe(true);
  });

  it.each([
    ['a word that is itself the pattern', 'my hunter2!', 'my [REDACTED:word]!'],
    ['a text with markers of its own', `[REDACTED:x] ${TOKEN}`, '[REDACTED:x] [REDACTED:token]'],
    [
      'a secret in base64',
      Buffer.from(`the token is ${TOKEN}`).toString('base64'),
      '[REDACTED:token:encoded]',
    ],
  ])('names %s, and says so', (_, text, expected) => {
    expect(mask(text)).toMatchObject({ text: expected, keepsShape: false });
  });

  it('counts by pattern', () => {
    expect(mask(`${TOKEN} 123-45-6789 ${TOKEN}`)?.counts).toEqual(
      new Map([
        ['token', 2],
        ['ssn', 1],
      ]),
    );
  });

  it('is not confused by a pattern that finds markers', () => {
    const greedy = createMask(scannerOf({ token: PATTERNS.token, marker: 'REDACTED' }));
    expect(greedy(TOKEN)?.keepsShape).toBe(false);
  });

  it('lets no secret through, and the scanner finds the same again', () => {
    const secret = fc
      .string({ unit: fc.constantFrom(...'abXY019'), minLength: 36, maxLength: 36 })
      .map((text) => `ghp_${text}`);
    const piece = fc.oneof(secret, fc.string(), fc.constantFrom('-', ' ', 'ghp_', '[REDACTED:', 'x'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.join(' ');
        const masked = mask(text);
        const found = scanner.scanText(text);
        expect(masked === null).toBe(found.events.length === 0);
        if (masked === null) return;
        // A secret of nothing but what it is masked with is the only one that may stay.
        for (const [token] of text.matchAll(/ghp_[A-Za-z0-9]{36}/g))
          if (/[abY19]/.test(token.slice(4))) expect(masked.text).not.toContain(token);
        if (masked.keepsShape) expect(scanner.scanText(masked.text).text).toBe(found.text);
      }),
    );
  });
});
