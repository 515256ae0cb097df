import { describe, expect, it } from 'vitest';
import { describeFindings, withPattern } from '../../../test/lint-text.ts';

describe('reference-refuses-pattern', () => {
  it.each([
    ['^(a+)+$', 'a repeat stands at the end of a repeated group'],
    ['^(?:[a-z]*)*$', 'a repeat stands at the end of a repeated group'],
    ['^(ab)*?$', 'a group has two repeats after it'],
    [`^${'a'.repeat(1000)}$`, 'it is longer than 1000 bytes'],
  ])('%s', (pattern, reason) => {
    const [found = '', ...others] = describeFindings('reference-refuses-pattern', withPattern(pattern));
    expect(others).toEqual([]);
    expect(found).toMatch(new RegExp(`: ${reason}$`));
  });

  it.each(['^(?:a+b)+$', '^(a)+$', '^(?:a+)$', '^a+\\)+$', `^${'a'.repeat(998)}$`])(
    '%s loads there',
    (pattern) => {
      expect(describeFindings('reference-refuses-pattern', withPattern(pattern))).toEqual([]);
    },
  );
});
