import { describe, expect, it } from 'vitest';
import { describeFindings, withPattern } from '../../../test/lint-text.ts';

describe('case-folding-surprise', () => {
  it.each([
    ['(?i)^ok$', 'k', 'the Kelvin sign, U+212A', 'o\\u{212a}'],
    ['^(?i:safe)$', 's', 'the long s, U+017F', '\\u{17f}afe'],
    ['(?i)^[ks]$', 'k', 'the Kelvin sign, U+212A', '\\u{212a}'],
  ])('%s', (pattern, letter, name, example) => {
    expect(describeFindings('case-folding-surprise', withPattern(pattern))).toEqual([
      `«'${pattern}'» under \`(?i)\`, \`${letter}\` also stands for ${name}: \`${example}\` passes`,
    ]);
  });

  it.each(['^ok$', '(?i)^get$', '^[Oo][Kk]$', '(?i)^\\w+$', '(?:safe)'])(
    '%s accepts no such text',
    (pattern) => {
      expect(describeFindings('case-folding-surprise', withPattern(pattern))).toEqual([]);
    },
  );
});
