import type { Scanner } from '@agentpolicy/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStderrFilter } from './stderr-filter.ts';

const scanner: Scanner = {
  scanText: (text: string) => ({
    text: text.replaceAll('hush', '[REDACTED:key]'),
    events: text.includes('hush') ? [{ rule: 'key', count: 1 }] : [],
    truncated: false,
  }),
  scanMessage: () => ({ kind: 'clean', events: [], truncated: false }),
};

const pass = (chunks: readonly string[], options: { raw?: boolean; scan?: boolean } = {}): string => {
  const { raw = false, scan = false } = options;
  const filter = createStderrFilter({ scanner: scan ? scanner : null, raw, onMatch: () => undefined });
  if (filter === null) return chunks.join('');
  return chunks.map((chunk) => filter.push(Buffer.from(chunk))).join('') + filter.end();
};

describe('what a server writes to standard error', () => {
  it.each([
    ['plain text', 'started\n\tindented\n', 'started\n\tindented\n'],
    ['letters of all kinds', 'naïve 日本 🙂\n', 'naïve 日本 🙂\n'],
    ['line ends of Windows', 'a\r\nb\r\n', 'a\nb\n'],
    ['colours', '\u001b[1;32mok\u001b[0m\n', 'ok\n'],
    ['a screen that is cleared', '\u001b[2J\u001b[H', '\\u{1b}[2J\\u{1b}[H'],
    ['a line that is overwritten', 'evil\rgood\n', 'evil\\rgood\n'],
    [
      'a title and a clipboard',
      '\u001b]0;x\u0007\u001b]52;c;eA==\u0007',
      '\\u{1b}]0;x\\u{7}\\u{1b}]52;c;eA==\\u{7}',
    ],
    ['a control sequence of one byte', '\u009b2J', '\\u{9b}2J'],
    ['text that turns', 'a\u202eb\u2028c', 'a\\u{202e}b\\u{2028}c'],
    ['a colour that has no end', '\u001b[1', '\\u{1b}[1'],
  ])('%s', (_, text, shown) => {
    expect(pass([text])).toBe(shown);
    expect(pass([...text])).toBe(shown);
  });

  it('passes the scanner before it is tamed', () => {
    expect(pass(['hu', 'sh\u0007\n'], { scan: true })).toBe('[REDACTED:key]\\u{7}\n');
  });

  it('passes as it is where the operator wants that, secrets apart', () => {
    const text = '\u001b[2J hush\r\n';
    expect(pass([text], { raw: true })).toBe(text);
    expect(pass([text], { raw: true, scan: true })).toBe('\u001b[2J [REDACTED:key]\r\n');
  });

  it('never holds a control character', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (chunks) => {
        expect(pass(chunks)).not.toMatch(
          /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
        );
      }),
    );
  });
});
