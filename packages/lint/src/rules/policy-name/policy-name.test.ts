import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('policy-name', () => {
  it.each([
    ['my-policy-2', 0],
    ['a', 0],
    ['a'.repeat(63), 0],
    ['a'.repeat(64), 1],
    ['My-Policy', 1],
    ['my_policy', 1],
    ['-a', 1],
    ['a--b', 1],
  ])('%s', (name, count) => {
    expect(describeFindings('policy-name', `metadata:\n  name: '${name}'\n`)).toHaveLength(count);
  });
});
