import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings } from '../../../test/lint-text.ts';
import { readToolList } from '../../model/tool-list.ts';

// Keys in another order, a number in another spelling and a field that the hash does not cover.
const tools = readToolList(
  '[{"title":"T","inputSchema":{"type":"object","minProperties":1.0},"description":"d","name":"t"}]',
  'tools.json',
);
const CANONICAL = '{"description":"d","inputSchema":{"minProperties":1,"type":"object"},"name":"t"}';

function policy(hash: string): string {
  return `spec:\n  tool_rules:\n    - tool: t\n      schema_hash: "${hash}" # pinned\n`;
}

describe('schema-hash-mismatch', () => {
  it.each([
    ['sha256', 64],
    ['sha384', 96],
    ['sha512', 128],
  ])('%s', (algorithm, length) => {
    const right = `${algorithm}:${createHash(algorithm).update(CANONICAL).digest('hex')}`;
    const wrong = `${algorithm}:${'0'.repeat(length)}`;
    expect(describeFindings('schema-hash-mismatch', policy(right), { tools })).toEqual([]);
    expect(describeFindings('schema-hash-mismatch', policy(wrong), { tools })).toEqual([
      `«"${wrong}"» the definition of \`t\` is not the one that this hash was made of`,
    ]);
    expect(applyFixes('schema-hash-mismatch', policy(wrong), { tools })).toBe(policy(right));
  });

  it('is silent without a recorded list', () => {
    expect(describeFindings('schema-hash-mismatch', policy(`sha256:${'0'.repeat(64)}`))).toEqual([]);
  });
});
