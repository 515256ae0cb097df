import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings } from '../../../test/lint-text.ts';

describe('duplicate-entry', () => {
  it.each([
    ['allowed_tools', 'read_file', 'ＲＥＡＤ_file'],
    ['denied_tools', 'run', 'Run'],
    ['allowed_methods', 'tools/call', 'Tools/Call'],
    ['denied_methods', 'resources/read', 'resources/read'],
    ['protected_paths', '~/.ssh', '$HOME/.ssh/'],
    ['protected_paths', '/etc/ssh', '/etc//./ssh'],
  ])('in %s, %s and %s are the same', (list, first, second) => {
    const policy = `spec:\n  ${list}:\n    - ${first}\n    - other\n    - ${second}\n`;
    const same = first === second ? '' : `, which is the same as \`${first}\``;
    expect(describeFindings('duplicate-entry', policy)).toEqual([
      `«${second}» \`${list}\` names \`${second}\` twice${same}`,
    ]);
    expect(applyFixes('duplicate-entry', policy)).toBe(`spec:\n  ${list}:\n    - ${first}\n    - other\n`);
  });

  it('tells of patterns with one name', () => {
    const policy = `spec:
  dlp:
    patterns:
      - { name: key, regex: a }
      - { name: key, regex: b }
`;
    expect(describeFindings('duplicate-entry', policy)).toEqual([
      '«key» two patterns of `dlp` are named `key`',
    ]);
  });

  it('offers no fix where the entry shares its line', () => {
    const policy = 'spec:\n  allowed_tools: [a, A]\n';
    expect(applyFixes('duplicate-entry', policy)).toBe(policy);
  });
});
