import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function find(lines: string): readonly string[] {
  return describeFindings('long-transition-grace', `spec:\n  identity:\n${lines}`);
}

describe('long-transition-grace', () => {
  it('compares with the life of a token, which is five minutes by default', () => {
    expect(find('    policy_transition_grace: 5m\n')).toEqual([
      '«5m» a change of the policy takes `5m` to hold for everybody; a token lives `5m`',
    ]);
    expect(find('    policy_transition_grace: 299s\n')).toEqual([]);
    expect(find('    token_ttl: 10m\n    policy_transition_grace: 9m\n')).toEqual([]);
    expect(find('    token_ttl: 10m\n    policy_transition_grace: 1h\n')).toHaveLength(1);
  });
});
