import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';
import { readToolList } from '../../model/tool-list.ts';

function find(schema: string, argument: string): readonly string[] {
  const tools = readToolList(`[{"name":"t","inputSchema":{"type":"object"${schema}}}]`, 'tools.json');
  const policy = `spec:\n  tool_rules:\n    - tool: t\n      allow_args:\n        ${argument}: ^x$\n`;
  return describeFindings('unknown-argument', policy, { tools });
}

const PATH = ',"properties":{"path":{}}';

describe('unknown-argument', () => {
  it('marks the name, which is compared exactly', () => {
    for (const argument of ['paths', 'Path']) {
      expect(find(PATH, argument)).toEqual([
        `«${argument}» \`t\` has no argument \`${argument}\`: every call is refused, because it is missing`,
      ]);
    }
    expect(find('', 'path')).toHaveLength(1);
    expect(find(PATH, 'path')).toEqual([]);
  });

  it.each([
    `${PATH},"additionalProperties":true`,
    `${PATH},"additionalProperties":{"type":"string"}`,
    `${PATH},"patternProperties":{"^x":{}}`,
    `${PATH},"anyOf":[]`,
  ])('is silent where the schema admits others: %s', (schema) => {
    expect(find(schema, 'other')).toEqual([]);
  });
});
