import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('missing-owner', () => {
  it('marks the metadata without it', () => {
    expect(describeFindings('missing-owner', 'spec: {}\n')).toEqual(['«metadata» the policy has no owner']);
    expect(describeFindings('missing-owner', "metadata:\n  name: a\n  owner: 'b'\n")).toEqual([]);
  });
});
