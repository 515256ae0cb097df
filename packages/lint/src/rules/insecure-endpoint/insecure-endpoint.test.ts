import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function storage(address: string): string {
  return `spec:\n  identity:\n    nonce_storage:\n      type: redis\n      address: '${address}'\n`;
}

describe('insecure-endpoint', () => {
  it.each([
    'redis://localhost:6379',
    'redis://127.0.0.1',
    'redis://user:password@localhost/0',
    'redis://[::1]:6379',
    'postgres://127.0.0.1:5432/aip?sslmode=disable',
  ])('%s stays on the machine', (address) => {
    expect(describeFindings('insecure-endpoint', storage(address))).toEqual([]);
  });

  it.each([
    'redis://localhost.evil.example:6379',
    'redis://r/localhost',
    'redis://r:6379',
    'postgres://db/x?sslmode=disable',
    'postgres://db/x?a=b&sslmode=prefer',
  ])('%s is not encrypted', (address) => {
    expect(describeFindings('insecure-endpoint', storage(address))).toHaveLength(1);
  });

  it.each(['rediss://r:6379', 'postgres://db/x?sslmode=verify-full', 'r:6379'])(
    '%s is, or does not tell',
    (address) => {
      expect(describeFindings('insecure-endpoint', storage(address))).toEqual([]);
    },
  );

  it.each([
    ['http://a.example/x', 1],
    ['http://localhost:8080/alarm', 0],
    ['http://localhost.a.example/', 1],
    ['https://a.example/x', 0],
  ])('webhook %s', (url, count) => {
    const policy = `spec:\n  server:\n    fail_open_constraints:\n      alert_webhook: ${url}\n`;
    expect(describeFindings('insecure-endpoint', policy)).toHaveLength(count);
  });
});
