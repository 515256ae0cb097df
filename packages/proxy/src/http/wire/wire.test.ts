import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flattenJson } from './flatten-json.ts';
import { findForeigner, findIntruder, type GuardOptions, LOOPBACK_HOSTS, stripToken } from './guard.ts';

describe('JSON on one line', () => {
  const flatten = (text: string): string => Buffer.from(flattenJson(Buffer.from(text))).toString('utf8');

  it.each([
    ['{\n\t"a": 1\r\n}', '{  "a": 1  }'],
    ['{"a": "\\n\\"\n"}', '{"a": "\\n\\"\n"}'],
    ['["\\\\"\n]', '["\\\\" ]'],
  ])('%j is %j', (text, expected) => {
    expect(flatten(text)).toBe(expected);
  });

  it('means the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('\t', 2, '\n', '\r\n'), (value, indent) => {
        const flat = flatten(JSON.stringify(value, null, indent));
        expect(flat).not.toMatch(/[\n\r\t]/);
        expect(JSON.stringify(JSON.parse(flat))).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe('who may speak to the proxy', () => {
  const local: GuardOptions = {
    hosts: LOOPBACK_HOSTS,
    origins: new Set(['https://app.example']),
    token: null,
  };

  it.each<[string, Record<string, string>, number | null]>([
    ['a client of this machine', { host: '127.0.0.1:8787' }, null],
    ['by name', { host: 'localhost:8787' }, null],
    ['over IPv6', { host: '[::1]:8787' }, null],
    ['a page of this machine', { host: 'localhost', origin: 'http://localhost:3000' }, null],
    ['a page that is allowed', { host: 'localhost', origin: 'https://app.example' }, null],
    ['a name that resolves here', { host: 'evil.example:8787' }, 403],
    ['a name that begins like this machine', { host: 'localhost.evil.example' }, 403],
    ['an address that begins like this machine', { host: '127.0.0.1.evil.example' }, 403],
    ['a user name that looks like this machine', { host: 'localhost@evil.example' }, 403],
    ['no host', {}, 403],
    ['a foreign page', { host: 'localhost', origin: 'https://evil.example' }, 403],
    [
      'a page that begins like this machine',
      { host: 'localhost', origin: 'http://localhost.evil.example' },
      403,
    ],
    ['a page without an origin', { host: 'localhost', origin: 'null' }, 403],
    ['another port of an allowed page', { host: 'localhost', origin: 'https://app.example:444' }, 403],
  ])('%s', (_, headers, status) => {
    expect(findForeigner(new Headers(headers), local)?.status ?? null).toBe(status);
  });

  it.each<[string, Record<string, string>, number | null]>([
    ['as a bearer token', { authorization: 'Bearer s3cret' }, null],
    ['in a header of its own', { 'x-aip-proxy-token': 's3cret', authorization: 'Bearer other' }, null],
    ['wrong', { authorization: 'Bearer s3cret2' }, 401],
    ['in another scheme', { authorization: 'Basic s3cret' }, 401],
    ['not at all', {}, 401],
  ])('the token is shown: %s', (_, headers, status) => {
    const options: GuardOptions = { hosts: null, origins: new Set(), token: 's3cret' };
    expect(findIntruder(new Headers(headers), options)?.status ?? null).toBe(status);
  });

  it('the token goes no further, a token of the server’s does', () => {
    const own = new Headers({ authorization: 'Bearer s3cret' });
    stripToken(own, 's3cret');
    expect(own.has('authorization')).toBe(false);
    const both = new Headers({ authorization: 'Bearer theirs', 'x-aip-proxy-token': 's3cret' });
    stripToken(both, 's3cret');
    expect([...both]).toEqual([['authorization', 'Bearer theirs']]);
  });
});
