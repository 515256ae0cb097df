import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('token-not-required', () => {
  it.each([
    ['  identity:\n    enabled: true\n', ['«identity» calls without an identity token pass']],
    ['  aat:\n    enabled: true\n', ['«aat» calls without an agent authentication token pass']],
    ['  identity:\n    enabled: true\n    require_token: true\n', []],
    ['  aat:\n    enabled: true\n    require: true\n', []],
    ['  identity:\n    enabled: false\n', []],
  ])('%j', (lines, findings) => {
    expect(describeFindings('token-not-required', `spec:\n${lines}`)).toEqual(findings);
  });
});
