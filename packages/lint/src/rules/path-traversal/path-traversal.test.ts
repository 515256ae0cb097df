import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings, hasFix, withPattern } from '../../../test/lint-text.ts';

function find(pattern: string, argument = 'path'): readonly string[] {
  return describeFindings('path-traversal', withPattern(pattern, argument));
}

describe('path-traversal', () => {
  it.each([
    ['^/workspace/.*', '/workspace/../etc/passwd'],
    ['^/workspace/', '/workspace/../etc/passwd'],
    ['^[a-zA-Z0-9/_.-]+$', '../etc/passwd'],
    ['^(src|docs)/[a-z./]+$', 'src/a/../../etc/passwd'],
  ])('%s accepts %s', (pattern, example) => {
    expect(find(pattern)).toEqual([`«'${pattern}'» \`${pattern}\` accepts \`..\`: \`${example}\` passes`]);
  });

  it.each([
    '^/workspace/(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/?)+$',
    '^/etc/hosts$',
    '^[a-z]+\\.md$',
    '^[^/]+\\.txt$',
    '^/workspace/(?:\\.?[^./\\n][^/\\n]*(?:/+|$))*$',
  ])('%s has no segment that is two dots', (pattern) => {
    expect(find(pattern)).toEqual([]);
  });

  it('looks at patterns that start like a path, whatever the argument is called', () => {
    expect(find('^/srv/.*', 'target')).toHaveLength(1);
    expect(find('^[a-z./]+$', 'target')).toEqual([]);
    expect(find('^https://example\\.com/.*', 'path')).toEqual([]);
  });

  it('looks at addresses of files on this machine', () => {
    expect(find('^file:///srv/.*', 'uri')).toEqual([
      "«'^file:///srv/.*'» `^file:///srv/.*` accepts `..`: `file:///srv/../etc/passwd` passes",
    ]);
    expect(find('^file:///srv/[a-z]+\\.md$', 'uri')).toEqual([]);
    expect(find('^s3://bucket/.*', 'uri')).toEqual([]);
  });

  it('writes a pattern that refuses the segment', () => {
    const fixed = applyFixes('path-traversal', withPattern('^/workspace/.*', 'path'));
    expect(fixed).toBe(withPattern('^/workspace/(?:\\.?[^./\\n][^/\\n]*(?:/+|$))*$', 'path'));
    expect(describeFindings('path-traversal', fixed)).toEqual([]);
    expect(hasFix('path-traversal', withPattern('^/a/.*\\.md$', 'path'))).toBe(false);
  });
});
