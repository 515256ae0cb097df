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
  ])('%j', (lines, finding) => {
    expect(describeFindings('outdated-methods', `spec:\n${lines}`)).toEqual([finding]);
  });

  it('names what the default list lacks, without what is denied', () => {
    expect(describeFindings('outdated-methods', 'spec:\n  mode: enforce\n')).toEqual([
      "«spec» the default list of methods lacks `logging/setLevel`, `notifications/cancelled` and `notifications/roots/list_changed`, which today's clients send",
    ]);
    const denied = 'spec:\n  denied_methods: [logging/setLevel, notifications/roots/list_changed]\n';
    expect(describeFindings('outdated-methods', denied)).toEqual([
      "«spec» the default list of methods lacks `notifications/cancelled`, which today's clients send",
    ]);
  });

  it.each([
    '  allowed_methods: [tools/call, notifications/cancelled]\n',
    "  allowed_methods: ['*']\n",
    '  denied_methods: [notifications/cancelled, Notifications/Roots/List_Changed, logging/setLevel]\n',
  ])('is silent about %j', (lines) => {
    expect(describeFindings('outdated-methods', `spec:\n${lines}`)).toEqual([]);
  });
});
