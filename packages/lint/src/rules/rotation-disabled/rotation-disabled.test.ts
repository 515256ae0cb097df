import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('rotation-disabled', () => {
  it.each([
    ['0s', 1],
    ['0', 1],
    ['1m', 0],
  ])('%s', (interval, count) => {
    const policy = `spec:\n  identity:\n    rotation_interval: '${interval}'\n`;
    expect(describeFindings('rotation-disabled', policy)).toHaveLength(count);
  });
});
