import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function find(methods: string): readonly string[] {
  return describeFindings('resource-read-bypass', `spec:\n  protected_paths: [.env]\n${methods}`);
}

describe('resource-read-bypass', () => {
  it.each([
    ['  allowed_methods: [ping, Resources/Read]\n', '«Resources/Read»', 'resources/read'],
    ["  allowed_methods: ['*']\n", "«'*'»", 'resources/read'],
    ['  allowed_methods: [resources/subscribe]\n', '«resources/subscribe»', 'resources/subscribe'],
  ])('%j', (methods, marked, method) => {
    expect(find(methods)).toEqual([
      `${marked} \`${method}\` reads what \`protected_paths\` protects: paths are only compared in tool calls`,
    ]);
  });

  it.each([
    '',
    '  allowed_methods: [resources/list]\n',
    "  allowed_methods: ['*']\n  denied_methods: [resources/read, resources/subscribe]\n",
  ])('is silent about %j', (methods) => {
    expect(find(methods)).toEqual([]);
  });

  it('is silent where nothing is protected', () => {
    expect(describeFindings('resource-read-bypass', 'spec:\n  allowed_methods: [resources/read]\n')).toEqual(
      [],
    );
  });
});
