import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function find(ttl: string, maximumMinutes?: number): readonly string[] {
  const options = maximumMinutes === undefined ? {} : { maximumMinutes };
  const policy = `spec:\n  identity:\n    token_ttl: ${ttl}\n    rotation_interval: 1m\n    nonce_window: 720h\n`;
  return describeFindings('long-token-ttl', policy, { rules: { 'long-token-ttl': { options } } });
}

describe('long-token-ttl', () => {
  it.each([
    ['1h', 0],
    ['60m', 0],
    ['1h1s', 1],
    ['24h', 1],
  ])('%s', (ttl, count) => {
    expect(find(ttl)).toHaveLength(count);
  });

  it('takes another limit from the configuration', () => {
    expect(find('20m', 15)).toEqual(['«20m» a stolen token is good for `20m`']);
  });
});
