import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('sorted-tools', () => {
  it.each([
    ['allowed_tools: [a, c, b]', ['«b» `b` stands behind `c` in `allowed_tools`']],
    ['denied_tools: [b, a]', ['«a» `a` stands behind `b` in `denied_tools`']],
    ['allowed_tools: [a, B, c]', []],
    ['allowed_tools: []', []],
  ])('%s', (list, findings) => {
    expect(describeFindings('sorted-tools', `spec:\n  ${list}\n`)).toEqual(findings);
  });
});
