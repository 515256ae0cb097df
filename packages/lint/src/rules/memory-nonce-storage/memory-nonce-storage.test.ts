import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function find(identity: string, server: string): readonly string[] {
  return describeFindings(
    'memory-nonce-storage',
    `spec:\n  identity:\n    enabled: true\n${identity}  server:\n    enabled: true\n${server}`,
  );
}

const MEMORY = '    nonce_storage:\n      type: memory\n';
const REDIS = '    nonce_storage:\n      type: redis\n      address: rediss://r:6379\n';
const TLS = '    tls:\n      cert: /c.pem\n      key: /k.pem\n';

describe('memory-nonce-storage', () => {
  it.each([
    [MEMORY, '', '«memory»'],
    ['', `    listen: '0.0.0.0:9443'\n${TLS}`, '«identity»'],
    ['    nonce_storage:\n      key_prefix: x\n', '', '«identity»'],
  ])('%j and %j', (identity, server, marked) => {
    const [found = '', ...others] = find(identity, server);
    expect(others).toEqual([]);
    expect(found.startsWith(marked)).toBe(true);
  });

  it.each([
    [REDIS, ''],
    ['', ''],
    ['', "    listen: '127.0.0.1:9443'\n"],
  ])('is silent about %j and %j', (identity, server) => {
    expect(find(identity, server)).toEqual([]);
  });
});
