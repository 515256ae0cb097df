import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('mixed-script-name', () => {
  it.each([
    ['r\u0435ad_file', 'Cyrillic `\u0435` (U+0435)'],
    ['\u0430\u0441\u0435', 'Cyrillic `\u0430` (U+0430)'],
    ['read_f\u03bfo', 'Greek `\u03bf` (U+03BF)'],
  ])('%s', (name, letter) => {
    expect(describeFindings('mixed-script-name', `spec:\n  allowed_tools: [${name}]\n`)).toEqual([
      `«${name}» \`${name}\` holds ${letter}: it is another name than the one that it looks like`,
    ]);
  });

  it.each([
    'read_file',
    '\u0444\u0430\u0439\u043b',
    '\u8aad\u3080_file',
    'caf\u00e9',
    '\uff52\uff45\uff41\uff44',
  ])('%s is written in one script', (name) => {
    expect(describeFindings('mixed-script-name', `spec:\n  denied_tools: [${name}]\n`)).toEqual([]);
  });

  it('looks at rules and methods too', () => {
    const policy = 'spec:\n  denied_methods: [r\u0435sources/read]\n  tool_rules:\n    - tool: r\u0435ad\n';
    expect(describeFindings('mixed-script-name', policy)).toHaveLength(2);
  });
});
