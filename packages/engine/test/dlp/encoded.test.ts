import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AWS, AWS_KEY, EMAIL, makeScanner, SSN, scanSource } from './support.ts';

const scanner = makeScanner([AWS, EMAIL, SSN], { detectEncoding: true });

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const wrap = (text: string, width: number, lineBreak: string): string =>
  (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(lineBreak);

const LONG = `a report of ${'many words '.repeat(20)} with ${AWS_KEY} inside and ${'more words '.repeat(20)}`;
const FOUND = '[REDACTED:AWS Key:encoded]';

describe('an encoded secret is found', () => {
  it.each([
    ['in base64', base64(AWS_KEY), FOUND],
    ['in base64 without padding', base64(AWS_KEY).replace(/=+$/, ''), FOUND],
    ['in base64url', base64url(`?~>${AWS_KEY}?~>`), FOUND],
    ['in hexadecimal digits', hex(AWS_KEY), FOUND],
    ['in upper-case hexadecimal digits', hex(AWS_KEY).toUpperCase(), FOUND],
    ['behind 0x', `0x${hex(AWS_KEY)}`, `0x${FOUND}`],
    ['inside a longer encoded text', base64(LONG), FOUND],
    ['in quotes', `key="${base64(AWS_KEY)}";`, `key="${FOUND}";`],
    ['in a data URL', `data:text/plain;base64,${base64(LONG)}`, `data:text/plain;base64,${FOUND}`],
    ['behind the path of a URL', `https://x.example/up/${base64(AWS_KEY)}`, `https://x.${FOUND}`],
    [
      'behind a long path',
      `x:/a/much/longer/path/than/the/secret/itself/${base64(AWS_KEY)}`,
      `x:/a/much/longer/path/than/the/secret/itself/${FOUND}`,
    ],
    ['behind letters that move its groups', `\\n${base64(AWS_KEY)}`, `\\${FOUND}`],
    ['behind a digit that moves its pairs', `a${hex(AWS_KEY)}`, FOUND],
    ['between text that is not ASCII', `“é${base64(`é ${AWS_KEY} 日本`)}”`, `“é${FOUND}”`],
    ['in base64 of base64', base64(base64(AWS_KEY)), FOUND],
    ['in base64 of hexadecimal digits of base64', base64(`x ${hex(base64(AWS_KEY))}`), FOUND],
    ['in lines of 76 characters', wrap(base64(LONG), 76, '\n'), FOUND],
    ['in lines of 64 characters that end with CR LF', wrap(base64(LONG), 64, '\r\n'), FOUND],
    ['in lines of 60 hexadecimal digits', wrap(hex(LONG), 60, '\n'), FOUND],
    ['in full lines with a word behind', `${wrap(base64(LONG), 76, '\n')}\nbye`, FOUND],
  ])('%s', (_, text, redacted) => {
    const scan = scanner.scanText(text);
    expect(scan.text.startsWith(redacted)).toBe(true);
    expect(scan.text.replace(redacted, '')).toMatch(/^(=*|\nbye)$/);
    expect(scan.events).toEqual([{ rule: 'AWS Key', count: 1 }]);
  });

  it('where runs of both alphabets overlap, once', () => {
    expect(scanner.scanText(`(a+b/${base64(AWS_KEY)}) (ab/${base64url(AWS_KEY)}-_c)`)).toMatchObject({
      text: `(${FOUND}) (${FOUND})`,
      events: [{ rule: 'AWS Key', count: 2 }],
    });
  });

  it('and overlapping runs are named after the first pattern that either matches', () => {
    const key = base64(`the key of this one is ${AWS_KEY} `.padEnd(60, '.'));
    const mail = base64('a mail goes to me@example.org '.padEnd(60, '.'));
    expect(scanner.scanText(`${key}+abcd-${mail}`)).toMatchObject({
      text: FOUND,
      events: [{ rule: 'AWS Key', count: 1 }],
    });
  });

  it('although a plain match cuts its run in two', () => {
    const cutting = makeScanner([['cut', 'CUT'], AWS], { detectEncoding: true });
    expect(cutting.scanText(`xxxCUT${base64(AWS_KEY)}`).text).toBe(`xxx[REDACTED:cut]${FOUND}`);
    expect(cutting.scanText(`x${base64(AWS_KEY).replace('=', '')}CUT`).text).toBe(`${FOUND}[REDACTED:cut]`);
  });

  it('whatever it is and whatever stands around it', () => {
    const around = fc.string({
      unit: fc.constantFrom(' ', '.', '"', 'é', '\n', '😀', ':', '\ud800'),
      maxLength: 8,
    });
    const inside = fc.string({
      unit: fc.constantFrom('a', ' ', 'é', '日', '.', '\n', '😀', '?', '>', '~'),
      maxLength: 90,
    });
    const encoding = fc.constantFrom('base64', 'base64url', 'hex');
    const layers = fc.array(encoding, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(around, inside, inside, layers, around, (before, left, right, kinds, after) => {
        const encoded = kinds.reduce(
          (text, kind) => Buffer.from(text).toString(kind),
          `${left} ${AWS_KEY} ${right}`,
        );
        expect(scanner.scanText(`${before} ${encoded} ${after}`)).toEqual({
          text: `${before} ${FOUND} ${after}`,
          events: [{ rule: 'AWS Key', count: 1 }],
          truncated: false,
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('as short as eight bytes', () => {
    const short = makeScanner([['pin', '\\bPIN=\\d{4}\\b']], { detectEncoding: true });
    expect(short.scanText(base64('PIN=1234')).text).toBe('[REDACTED:pin:encoded]');
    expect(short.scanText(hex('PIN=1234')).text).toBe('[REDACTED:pin:encoded]');
  });

  it('each one by itself', () => {
    expect(
      scanner.scanText(`${base64(AWS_KEY)} ${hex('me@example.org')} ${base64('123-45-6789')} ok`),
    ).toEqual({
      text: '[REDACTED:AWS Key:encoded] [REDACTED:Email:encoded] [REDACTED:SSN:encoded] ok',
      events: [
        { rule: 'AWS Key', count: 1 },
        { rule: 'Email', count: 1 },
        { rule: 'SSN', count: 1 },
      ],
      truncated: false,
    });
  });

  it('and named after the first of the patterns that match it', () => {
    expect(scanner.scanText(base64(`123-45-6789 a@b.org ${AWS_KEY}`)).text).toBe(FOUND);
  });

  it('beside a plain one', () => {
    expect(scanner.scanText(`a@b.org ${base64('c@d.example')}`)).toMatchObject({
      text: '[REDACTED:Email] [REDACTED:Email:encoded]',
      events: [{ rule: 'Email', count: 2 }],
    });
  });

  it('with a name that stays literal', () => {
    const named = makeScanner([['$& $1', AWS[1]]], { detectEncoding: true });
    expect(named.scanText(base64(AWS_KEY)).text).toBe('[REDACTED:$& $1:encoded]');
  });

  it('in a blob, a key and a text of a message', () => {
    const text = base64('mail to me@example.org');
    const source = `{"id":"${text}","result":{"contents":[{"uri":"x:y","blob":"${text}"}],"${text}":1}}`;
    expect(scanSource(scanner, source)).toMatchObject({
      kind: 'redacted',
      text: `{"id":"${text}","result":{"contents":[{"uri":"x:y","blob":"[REDACTED:Email:encoded]"}],"[REDACTED:Email:encoded]":1}}`,
    });
  });

  it('in a handle, which refuses the message', () => {
    const source = `{"result":{"nextCursor":"${base64('{"after":"me@example.org"}')}"}}`;
    expect(scanSource(scanner, source)).toMatchObject({ kind: 'refused', problem: 'handle' });
  });
});

describe('what stays as it is', () => {
  /** Bytes that look random, always the same. */
  function noise(length: number): Buffer {
    let state = 12345;
    return Buffer.from(
      Array.from({ length }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return (state >>> 16) & 0xff;
      }),
    );
  }

  it.each([
    ['an encoded text without a secret', base64(LONG.replace(AWS_KEY, 'nothing'))],
    [
      'words, paths and identifiers',
      'internationalization /usr/local/share/applications snake_case_identifier_x',
    ],
    ['rules and tables', '------------------------------------------------ ================'],
    ['a digest', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['an image that holds a secret by chance', noise(6000).toString('base64')],
    [
      'binary data with little text in it',
      Buffer.concat([noise(300), Buffer.from(AWS_KEY), noise(300)]).toString('base64'),
    ],
    ['a secret that is encoded four times', [1, 2, 3, 4].reduce((text) => base64(text), `x ${AWS_KEY} x`)],
    ['short lines of base64, which do not belong together', wrap(base64(AWS_KEY), 10, '\n')],
  ])('%s', (_, text) => {
    expect(scanner.scanText(text)).toEqual({ text, events: [], truncated: false });
  });

  it('what is encoded, where the policy does not ask for it', () => {
    const text = base64(AWS_KEY);
    expect(makeScanner([AWS]).scanText(text)).toEqual({ text, events: [], truncated: false });
  });
});
