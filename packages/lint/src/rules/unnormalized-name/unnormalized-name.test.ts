import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('unnormalized-name', () => {
  it.each([
    ['\uff52\uff45\uff41\uff44', 'read'],
    ['\ufb01le', 'file'],
    ['re\u00b2d', 're2d'],
  ])('%s is compared as %s', (written, compared) => {
    expect(describeFindings('unnormalized-name', `spec:\n  allowed_tools: [${written}]\n`)).toEqual([
      `«${written}» \`${written}\` is compared as \`${compared}\``,
    ]);
  });

  it.each(['read_file', 'readFile', 'READ'])('%s is written as it is compared, but for its case', (name) => {
    expect(describeFindings('unnormalized-name', `spec:\n  tool_rules:\n    - tool: ${name}\n`)).toEqual([]);
  });
});
