import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('non-standard-denied-tools', () => {
  it.each(['aip.io/v1alpha1', 'aip.io/v1alpha2', 'aip.io/v1alpha3'])('marks the key in %s', (apiVersion) => {
    const policy = `apiVersion: ${apiVersion}\nspec:\n  denied_tools: [rm]\n`;
    expect(describeFindings('non-standard-denied-tools', policy)).toEqual([
      '«denied_tools» `denied_tools` is not in the specification: an implementation that ignores it lets these tools through',
    ]);
  });

  it('is silent without the field', () => {
    expect(describeFindings('non-standard-denied-tools', 'spec:\n  allowed_tools: [rm]\n')).toEqual([]);
  });
});
