import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('disabled-section', () => {
  it.each([
    ['identity', 'require_token: true', '`require_token` has no effect while `identity` is not enabled'],
    ['aat', 'require: true', '`require` has no effect while `aat` is not enabled'],
    ['aat', 'trusted_issuers: [a]', '`trusted_issuers` has no effect while `aat` is not enabled'],
    ['server', "listen: '127.0.0.1:9443'", '`listen` has no effect while `server` is not enabled'],
    [
      'registry',
      'endpoint: https://r.example.com',
      '`endpoint` has no effect while `registry` is not enabled',
    ],
  ])('%s with %s', (section, field, message) => {
    const found = describeFindings('disabled-section', `spec:\n  ${section}:\n    ${field}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    const enabled = `spec:\n  ${section}:\n    enabled: true\n    ${field}\n`;
    expect(describeFindings('disabled-section', enabled)).toEqual([]);
  });

  it('is silent about a section that demands nothing', () => {
    expect(describeFindings('disabled-section', 'spec:\n  identity:\n    token_ttl: 5m\n')).toEqual([]);
  });
});
