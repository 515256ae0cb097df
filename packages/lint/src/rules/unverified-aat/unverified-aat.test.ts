import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings } from '../../../test/lint-text.ts';

function policy(field: string, value: boolean): string {
  return `spec:\n  aat:\n    validation:\n      ${field}: ${value}\n`;
}

describe('unverified-aat', () => {
  it.each(['verify_signature', 'verify_user_binding', 'verify_capabilities'])('%s', (field) => {
    const [found = ''] = describeFindings('unverified-aat', policy(field, false));
    expect(found).toContain(`«false» \`${field}\` is off: `);
    expect(applyFixes('unverified-aat', policy(field, false))).toBe(policy(field, true));
    expect(describeFindings('unverified-aat', policy(field, true))).toEqual([]);
  });
});
