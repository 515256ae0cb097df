import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('outdated-methods', () => {
  it.each([
    [
      '  allowed_methods: [tools/call]\n',
      '«allowed_methods» `notifications/cancelled` is not allowed: a client can not cancel a call',
    ],
    [
      '  allowed_methods: [tools/call, cancelled]\n',
      '«cancelled» `notifications/cancelled` is not allowed: a client can not cancel a call',
    ],
    [
      '  mode: enforce\n',
      '«spec» the default list of methods lacks `notifications/cancelled`: a client can not cancel a call',
    ],
  ])('%j', (lines, finding) => {
    expect(describeFindings('outdated-methods', `spec:\n${lines}`)).toEqual([finding]);
  });

  it.each([
    '  allowed_methods: [tools/call, notifications/cancelled]\n',
    "  allowed_methods: ['*']\n",
    '  denied_methods: [notifications/cancelled]\n',
  ])('is silent about %j', (lines) => {
    expect(describeFindings('outdated-methods', `spec:\n${lines}`)).toEqual([]);
  });
});
