import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings, hasFix, withPattern } from '../../../test/lint-text.ts';

describe('escaping-alternation', () => {
  it.each([
    ['^GET|POST$', 'GET|POST$', '^GET', 'GET; evil'],
    ['^a|b|c$', 'a|b|c$', '^a', 'a; evil'],
    ['^a$|b', 'b', 'b', 'b; evil'],
    ['^safe$|^other', '^other', '^other', 'other; evil'],
    ['^/a/|/b/', '/b/', '/b/', 'evil /b/'],
    ['^/a/$|/b/$', '/b/$', '/b/$', 'evil /b/'],
  ])('%s', (pattern, _rest, open, example) => {
    const [found, ...others] = describeFindings('escaping-alternation', withPattern(pattern));
    expect(others).toEqual([]);
    expect(found).toContain(`«${open}» the anchors of \`${pattern}\` do not hold for \`${open}\``);
    if (example !== undefined) expect(found).toContain(`: \`${example}\` passes`);
  });

  it.each(['^(?:GET|POST)$', '^(GET|POST)$', '^GET$|^POST$', 'GET|POST', '^a[|]b$', '^a\\|b$'])(
    '%s is no escaping alternation',
    (pattern) => {
      expect(describeFindings('escaping-alternation', withPattern(pattern))).toEqual([]);
    },
  );

  it('puts the options in a group', () => {
    expect(applyFixes('escaping-alternation', withPattern('^GET|POST$'))).toBe(withPattern('^(?:GET|POST)$'));
  });

  it('offers no fix where the anchors are not the outermost characters alone', () => {
    expect(hasFix('escaping-alternation', withPattern('^a$|b'))).toBe(false);
  });
});
