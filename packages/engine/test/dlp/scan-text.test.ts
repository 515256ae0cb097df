import { compilePattern, parsePattern } from '@agentpolicy/regex';
import { loadProgram } from '@agentpolicy/regex/match';
import { describe, expect, it } from 'vitest';
import { createScanner } from '../../src/dlp/scanner.ts';
import { EngineError } from '../../src/engine-error.ts';
import { AWS, AWS_KEY, EMAIL, makeScanner, scanSource } from './support.ts';

describe('scanText', () => {
  it('redacts and counts', () => {
    expect(makeScanner([AWS, EMAIL]).scanText(`to a@b.org: ${AWS_KEY}, c@d.org`)).toEqual({
      text: 'to [REDACTED:Email]: [REDACTED:AWS Key], [REDACTED:Email]',
      events: [
        { rule: 'AWS Key', count: 1 },
        { rule: 'Email', count: 2 },
      ],
      truncated: false,
    });
  });

  it.each(['', 'nothing to see', '\ud800', '{"result":1}'])('leaves %j as it is', (text) => {
    expect(makeScanner([AWS, EMAIL]).scanText(text)).toEqual({ text, events: [], truncated: false });
  });
});

describe('a scan limit', () => {
  it.each([
    // limit, text, redacted, truncated
    [7, 'a@b.org', '[REDACTED:Email]', false],
    [7, 'a@b.org c@d.org', '[REDACTED:Email] c@d.org', true],
    [15, 'a@b.org c@d.org', '[REDACTED:Email] [REDACTED:Email]', false],
    [6, 'a@b.org', '[REDACTED:Email]g', true],
    [5, 'a@b.org', 'a@b.org', true],
    [0, 'a@b.org', 'a@b.org', true],
    [0, '', '', false],
    // é is two bytes, 😀 four: the limit counts bytes and never splits a character.
    [9, 'éa@b.org', 'é[REDACTED:Email]', false],
    [8, 'éa@b.orgx', 'é[REDACTED:Email]gx', true],
    [3, '😀a@b.org', '😀a@b.org', true],
    [11, '😀a@b.org', '😀[REDACTED:Email]', false],
  ])('of %i bytes of %j', (maxScanSize, text, redacted, truncated) => {
    expect(makeScanner([EMAIL], { maxScanSize }).scanText(text)).toMatchObject({ text: redacted, truncated });
  });

  it('is for all strings and keys of a message together, in their order', () => {
    // "to" 2, the address 7, "cc" 2, and 7 are left for the second address.
    const source = '{"id":"not counted","result":{"to":"a@b.org","cc":"c@d.org","bcc":"e@f.org"}}';
    expect(scanSource(makeScanner([EMAIL], { maxScanSize: 18 }), source)).toEqual({
      kind: 'redacted',
      text: '{"id":"not counted","result":{"to":"[REDACTED:Email]","cc":"[REDACTED:Email]","bcc":"e@f.org"}}',
      events: [{ rule: 'Email', count: 2 }],
      truncated: true,
    });
  });

  it('is not passed by a message that ends there', () => {
    const scanner = makeScanner([EMAIL], { maxScanSize: 4 });
    expect(scanSource(scanner, '{"result":["abcd","",5]}')).toEqual({
      kind: 'clean',
      events: [],
      truncated: false,
    });
    expect(scanSource(scanner, '{"result":["abcd","e"]}')).toEqual({
      kind: 'clean',
      events: [],
      truncated: true,
    });
  });

  it('starts anew with each text and message', () => {
    const scanner = makeScanner([EMAIL], { maxScanSize: 7 });
    for (let i = 0; i < 2; i++) expect(scanner.scanText('a@b.org').text).toBe('[REDACTED:Email]');
  });
});

describe('createScanner', () => {
  it('refuses a program that cannot find spans', () => {
    const parsed = parsePattern('a');
    if (!parsed.ok) throw new Error('pattern');
    const program = loadProgram(compilePattern(parsed.pattern, { use: 'match' }));
    const make = () => createScanner({ detectEncoding: false, maxScanSize: null }, [{ name: 'a', program }]);
    expect(make).toThrow(EngineError);
    expect(make).toThrow(expect.objectContaining({ code: 'bad-program' }));
  });
});
