import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('monitor-mode', () => {
  it('marks the mode', () => {
    expect(describeFindings('monitor-mode', 'spec:\n  mode: monitor # trial\n')).toEqual([
      '«monitor» calls that break this policy are logged and forwarded',
    ]);
  });

  it.each(['spec:\n  mode: enforce\n', 'spec: {}\n'])('is silent about %j', (policy) => {
    expect(describeFindings('monitor-mode', policy)).toEqual([]);
  });
});
