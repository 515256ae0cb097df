import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('missing-version', () => {
  it('marks the metadata without it', () => {
    expect(describeFindings('missing-version', 'spec: {}\n')).toEqual([
      '«metadata» the policy has no version',
    ]);
    expect(describeFindings('missing-version', "metadata:\n  name: a\n  version: 'b'\n")).toEqual([]);
  });
});
