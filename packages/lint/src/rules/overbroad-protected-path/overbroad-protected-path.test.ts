import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function find(path: string): readonly string[] {
  return describeFindings(
    'overbroad-protected-path',
    `spec:\n  protected_paths: [${JSON.stringify(path)}]\n`,
  );
}

describe('overbroad-protected-path', () => {
  it.each([
    ['/', 'the root of the file system'],
    ['//', 'the root of the file system'],
    ['/etc/..', 'the root of the file system'],
    ['file:///', 'the root of the file system'],
    ['.', 'the working directory'],
    ['./', 'the working directory'],
    ['src/..', 'the working directory'],
    ['$PWD', 'the working directory'],
    ['\u200b', 'the working directory'],
    ['..', 'a folder above the working directory'],
    ['../..', 'a folder above the working directory'],
  ])('%j is %s', (path, place) => {
    const [found = '', ...others] = find(path);
    expect(others).toEqual([]);
    expect(found).toContain(`is ${place}: every call with an argument is refused`);
  });

  it.each(['.env', './.env', '~', '~/.ssh', '/etc', '../other', 'a', '...', '$HOME'])(
    '%j is narrower',
    (path) => {
      expect(find(path)).toEqual([]);
    },
  );
});
