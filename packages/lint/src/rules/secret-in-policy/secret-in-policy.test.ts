import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

// Put together here, so that scanners of repositories do not take them for real ones.
const AWS = `AKIA${'Q3Z7K2M5T8W4X6YB'}`;
const GITHUB = `ghp_${'a1B2'.repeat(9)}`;

describe('secret-in-policy', () => {
  it.each([
    [AWS, 'AWS access key id'],
    [GITHUB, 'GitHub token'],
    [`xoxb-${'1234567890'.repeat(3)}`, 'Slack token'],
    ['postgres://aip:hunter2@db:5432/x', 'password in an address'],
  ])('%s, also in a comment', (secret, label) => {
    for (const policy of [`metadata:\n  name: a\n  owner: '${secret}'\n`, `# ${secret}\nspec: {}\n`]) {
      const found = describeFindings('secret-in-policy', policy);
      expect(found).toHaveLength(1);
      expect(found[0]).toContain(`this looks like a secret: ${label}`);
    }
  });

  it.each([
    'AKIAIOSFODNN7EXAMPLE',
    'AKIA[0-9A-Z]{16}',
    '-----BEGIN (RSA )?PRIVATE KEY-----',
    'postgres://db:5432/x',
    'https://example.com:8443/a@b',
  ])('%s is none', (text) => {
    expect(describeFindings('secret-in-policy', `metadata:\n  name: a\n  owner: '${text}'\n`)).toEqual([]);
  });

  it('knows the fields that are for secrets', () => {
    const policy = (value: string): string =>
      `spec:\n  registry:\n    auth:\n      type: bearer\n      token: ${value}\n`;
    expect(describeFindings('secret-in-policy', policy('abc'))).toEqual([
      '«abc» `token` stands in the policy in plain text',
    ]);
    expect(describeFindings('secret-in-policy', policy('your-token'))).toEqual([]);
  });
});
