import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('zero-rate-limit', () => {
  it.each([
    ['0/minute', 1],
    ['000/hour', 1],
    ['1/hour', 0],
    ['10/second', 0],
  ])('%s', (limit, count) => {
    const policy = `spec:\n  tool_rules:\n    - tool: t\n      rate_limit: ${limit}\n`;
    expect(describeFindings('zero-rate-limit', policy)).toHaveLength(count);
  });

  it('says what to call it', () => {
    expect(
      describeFindings('zero-rate-limit', 'spec:\n  tool_rules:\n    - tool: t\n      rate_limit: 0/m\n'),
    ).toEqual(['«0/m» `0/m` refuses every call of `t`']);
  });
});
