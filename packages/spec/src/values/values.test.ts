import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateAgentPolicyV1Alpha2 } from '../generated/validators.gen.ts';
import { parseDuration } from './parse-duration.ts';
import { parseListenAddress } from './parse-listen-address.ts';
import { parseRateLimit } from './parse-rate-limit.ts';
import { parseSize } from './parse-size.ts';
import type { ValueResult } from './value-result.ts';

function valueOrProblem<T>(result: ValueResult<T>): T | string {
  return result.ok ? result.value : result.problem;
}

describe('parseRateLimit', () => {
  it.each([
    ['10/minute', 10, 60_000],
    ['10/min', 10, 60_000],
    ['10/m', 10, 60_000],
    ['5/second', 5, 1_000],
    ['5/sec', 5, 1_000],
    ['5/s', 5, 1_000],
    ['100/hour', 100, 3_600_000],
    ['100/hr', 100, 3_600_000],
    ['100/h', 100, 3_600_000],
    ['0/s', 0, 1_000],
    ['999999999999999/s', 999_999_999_999_999, 1_000],
  ])('%s', (text, count, periodMs) => {
    expect(parseRateLimit(text)).toEqual({ ok: true, value: { count, periodMs } });
  });

  it.each([
    '',
    '10',
    '/s',
    '10/',
    '10/day',
    '10 /s',
    '10/ s',
    '1.5/s',
    '-1/s',
    '+1/s',
    '10/S',
    '1e3/s',
    '10/s/s',
  ])('refuses %j', (text) => {
    expect(parseRateLimit(text).ok).toBe(false);
  });
});

describe('parseDuration', () => {
  it.each([
    ['300s', 300_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1h30m', 5_400_000],
    ['1h1h', 7_200_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['1.s', 1_000],
    ['7d', 604_800_000],
    ['1d12h', 129_600_000],
    ['250ms', 250],
    ['1us', 0.001],
    ['1µs', 0.001],
    ['1μs', 0.001],
    ['1500ns', 0.0015],
    ['0s', 0],
    ['0', 0],
    ['+5m', 300_000],
    ['0.1s', 100],
    ['106751d', 9_223_286_400_000],
  ])('%s is %d ms', (text, ms) => {
    expect(valueOrProblem(parseDuration(text))).toBe(ms);
  });

  it.each([
    '',
    '5',
    '5 m',
    'm',
    '.',
    '.s',
    '-5m',
    '+',
    '1w',
    '1M',
    '1h30',
    '1e3s',
    '106752d',
    `${'9'.repeat(19)}s`,
  ])('refuses %j', (text) => {
    expect(parseDuration(text).ok).toBe(false);
  });
});

describe('parseSize', () => {
  it.each([
    ['1B', 1],
    ['512KB', 524_288],
    ['512KiB', 524_288],
    ['1MB', 1_048_576],
    ['10MiB', 10_485_760],
    ['2GB', 2_147_483_648],
    ['007KB', 7_168],
  ])('%s is %d bytes', (text, bytes) => {
    expect(valueOrProblem(parseSize(text))).toBe(bytes);
  });

  it.each(['', '1', 'MB', '1 MB', '1mb', '1.5MB', '-1MB', '0MB', '1TB', '1Kb', '999999999999999GB'])(
    'refuses %j',
    (text) => {
      expect(parseSize(text).ok).toBe(false);
    },
  );
});

describe('parseListenAddress', () => {
  it.each([
    ['127.0.0.1:9443', '127.0.0.1', 9443, true],
    ['localhost:80', 'localhost', 80, true],
    ['[::1]:9443', '::1', 9443, true],
    [':9443', '', 9443, false],
    ['*:9443', '*', 9443, false],
    ['0.0.0.0:0', '0.0.0.0', 0, false],
    ['[::]:65535', '::', 65_535, false],
    ['aip.internal:443', 'aip.internal', 443, false],
    ['127.0.0.1.evil.example:443', '127.0.0.1.evil.example', 443, false],
  ])('%s', (text, host, port, loopback) => {
    expect(valueOrProblem(parseListenAddress(text))).toEqual({ host, port, loopback });
  });

  it.each([
    '',
    '9443',
    'localhost',
    'localhost:',
    '::1:9443',
    '[::1]',
    'a b:1',
    'host:65536',
    'http://host:1',
    'host:+1',
  ])('refuses %j', (text) => {
    expect(parseListenAddress(text).ok).toBe(false);
  });
});

/** Whether the schema lets a text pass at a place of a policy. */
function schemaAccepts(spec: object): boolean {
  const metadata = { name: 'x' };
  return validateAgentPolicyV1Alpha2({ apiVersion: 'aip.io/v1alpha2', kind: 'AgentPolicy', metadata, spec });
}

describe('the schemas and the readers', () => {
  const pieces = fc.constantFrom(
    '0',
    '1',
    '9',
    '.',
    '+',
    '-',
    ' ',
    '/',
    ':',
    'h',
    'm',
    's',
    'ms',
    'd',
    'ns',
    'KB',
    'MB',
    'B',
    'GiB',
    'min',
    'second',
    '[',
    ']',
    '::1',
    'localhost',
    '*',
    'é',
  );
  const texts = fc.array(pieces, { maxLength: 7 }).map((parts) => parts.join(''));

  it.each([
    ['duration', parseDuration, (text: string) => ({ server: { timeout: text } })],
    ['rate limit', parseRateLimit, (text: string) => ({ tool_rules: [{ tool: 'a', rate_limit: text }] })],
    ['listen address', parseListenAddress, (text: string) => ({ server: { listen: text } })],
  ])('agree about what a %s is', (_, parse, place) => {
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parse(text);
        if (parsed.ok) expect([text, schemaAccepts(place(text))]).toEqual([text, true]);
        // What only the reader refuses is out of range; no text here is long enough for another reason.
        else if (schemaAccepts(place(text))) expect(parsed.problem).toMatch(/at most/);
      }),
      { numRuns: 3_000 },
    );
  });

  it('agree about what a size is', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseSize(text);
        const accepted = schemaAccepts({ dlp: { max_scan_size: text, patterns: [] } });
        if (parsed.ok) expect([text, accepted]).toEqual([text, true]);
        else if (accepted) expect(parsed.problem).toMatch(/at least one byte/);
      }),
      { numRuns: 3_000 },
    );
  });
});
