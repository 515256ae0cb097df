import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function find(lists: string): readonly string[] {
  return describeFindings('missing-method', `spec:\n  allowed_tools: [a]\n${lists}`);
}

describe('missing-method', () => {
  it.each([
    ['  allowed_methods: [tools/list]\n', ['`tools/call` is not allowed', '`initialize` is not allowed']],
    ['  allowed_methods: [tools/call, initialize]\n', ['`notifications/initialized` is not allowed']],
    ['  denied_methods: [Tools/Call]\n', ['`tools/call` is not allowed']],
  ])('%j', (lists, messages) => {
    const found = find(lists);
    expect(found).toHaveLength(messages.length);
    for (const message of messages) expect(found.join('\n')).toContain(message);
  });

  it.each([
    '',
    "  allowed_methods: ['*']\n",
    '  allowed_methods: [tools/call, initialize, notifications/initialized]\n',
    '  allowed_methods: []\n',
    '  denied_methods: [resources/read]\n',
  ])('is silent about %j', (lists) => {
    expect(find(lists)).toEqual([]);
  });

  it('is silent where no tool is allowed anyway', () => {
    expect(describeFindings('missing-method', 'spec:\n  allowed_methods: [ping]\n')).toEqual([]);
  });
});
