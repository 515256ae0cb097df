import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function find(...patterns: readonly (readonly [string, string])[]): readonly string[] {
  const lines = patterns.map(([name, regex]) => `      - name: ${name}\n        regex: '${regex}'\n`);
  return describeFindings('weak-dlp-pattern', `spec:\n  dlp:\n    patterns:\n${lines.join('')}`);
}

describe('weak-dlp-pattern', () => {
  it.each([
    ['AWS key', 'AKIA[0-9A-Z]{16}', 'temporary keys'],
    ['GitHub Token', 'ghp_[a-zA-Z0-9]{36}', 'OAuth tokens, app installation tokens, fine-grained tokens'],
    ['Private Key', '-----BEGIN (RSA )?PRIVATE KEY-----', 'OpenSSH keys, EC keys, encrypted keys'],
    ['slack', 'xoxb-[0-9a-zA-Z-]+', 'user tokens'],
  ])('%s with %s misses %s', (name, regex, missed) => {
    const [found = '', ...others] = find([name, regex]);
    expect(others).toEqual([]);
    expect(found).toContain(`\`${name}\` misses ${missed}, for example`);
  });

  it.each([
    ['AWS key', '(A3T[A-Z0-9]|AKIA|ASIA)[A-Z0-9]{16}'],
    ['Key of AWS, secret part', '(?i)aws_secret_access_key=[A-Za-z0-9/+=]{40}'],
    ['House key', 'AKIA'],
    ['Private Key', '-----BEGIN [A-Z ]*PRIVATE KEY-----'],
  ])('%s with %s does what it says, or is for something else', (name, regex) => {
    expect(find([name, regex])).toEqual([]);
  });

  it('counts what another pattern finds', () => {
    expect(find(['AWS key', 'AKIA[0-9A-Z]{16}'], ['temporary', 'ASIA[0-9A-Z]{16}'])).toEqual([]);
  });
});
