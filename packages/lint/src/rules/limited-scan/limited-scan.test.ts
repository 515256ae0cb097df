import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function find(size: string, minimumBytes?: number): readonly string[] {
  const policy = `spec:\n  dlp:\n    max_scan_size: ${size}\n    patterns:\n      - { name: a, regex: b }\n`;
  const options = minimumBytes === undefined ? {} : { minimumBytes };
  return describeFindings('limited-scan', policy, { rules: { 'limited-scan': { options } } });
}

describe('limited-scan', () => {
  it('marks a limit below the one that the specification falls back to', () => {
    expect(find('512KB')).toEqual([
      '«512KB» what lies beyond `512KB` of a message is not scanned: a secret only has to stand behind it',
    ]);
    expect(find('1MB')).toEqual([]);
  });

  it('takes another limit from the configuration', () => {
    expect(find('512KB', 1000)).toEqual([]);
    expect(find('10MB', 20_000_000)).toHaveLength(1);
  });
});
