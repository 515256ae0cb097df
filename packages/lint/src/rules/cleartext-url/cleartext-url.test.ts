import { describe, expect, it } from 'vitest';
import { describeFindings, withPattern } from '../../../test/lint-text.ts';

describe('cleartext-url', () => {
  it.each([
    ['^https?://a\\.example/', 'http://a.example/'],
    ['^http://a\\.example/x$', 'http://a.example/x'],
    ['^(?:https|http)://a\\.example/', 'http://a.example/'],
    ['^[a-z]+://a\\.example/', 'http://a.example/'],
  ])('%s accepts %s', (pattern, example) => {
    expect(describeFindings('cleartext-url', withPattern(pattern, 'url'))).toEqual([
      `«'${pattern}'» \`${pattern}\` accepts addresses without encryption: \`${example}\` passes`,
    ]);
  });

  it.each([
    '^https://a\\.example/',
    '^http://localhost:80/',
    '^http://127\\.0\\.0\\.1/',
    '^wss://a\\.example/',
    'a\\.example',
  ])('%s does not, or stays on the machine, or says nothing about a scheme', (pattern) => {
    expect(describeFindings('cleartext-url', withPattern(pattern, 'url'))).toEqual([]);
  });
});
