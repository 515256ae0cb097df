import { describe, expect, it } from 'vitest';
import { describeFindings, runRule } from '../../../test/lint-text.ts';

describe('glob-in-protected-path', () => {
  it.each([
    ['.env.*', '`.env`'],
    ['**/secrets/**', '`secrets`'],
    ['~/.ssh/*', '`~/.ssh`'],
    ['/etc/*/key', 'write the folder'],
  ])('%s', (path, help) => {
    const [found, ...others] = runRule('glob-in-protected-path', `spec:\n  protected_paths: ['${path}']\n`);
    expect(others).toEqual([]);
    expect(found?.message).toBe(
      `\`${path}\` is a path, not a glob: it protects only a file of this very name`,
    );
    expect(found?.help).toContain(help);
  });

  it.each(['~/.ssh', '.env', '/srv/[a]'])('%s is a path', (path) => {
    expect(describeFindings('glob-in-protected-path', `spec:\n  protected_paths: ['${path}']\n`)).toEqual([]);
  });
});
