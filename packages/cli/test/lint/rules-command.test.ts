import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '@agentpolicy/lint';
import { describe, expect, it } from 'vitest';
import { runRules } from '../../src/commands/rules.ts';
import { captureContext } from './lint-in-folder.ts';

function run(name: string | undefined, format: string): string {
  const { context, stdout } = captureContext('.');
  expect(runRules(context, name, { format })).toBe(0);
  return stdout();
}

describe('aip rules', () => {
  it('lists every rule in a line with its severity', () => {
    const lines = run(undefined, 'pretty').split('\n');
    for (const { meta } of RULES) {
      const line = lines.find((each) => each.startsWith(`${meta.name} `));
      expect(line).toContain(meta.severity.recommended);
      expect(line).toContain(meta.summary);
    }
  });

  it('says what a rule does, with its options and a page that exists', () => {
    const text = run('unanchored-pattern', 'pretty');
    expect(text).toContain('warning (recommended), error (strict), error (all)');
    expect(text).toContain('allowPrefixes (flag, default true)');
    const page = /page +(\S+)/.exec(text)?.[1] ?? '';
    expect(existsSync(join(import.meta.dirname, '../../../..', page))).toBe(true);
  });

  it('gives the same to programs', () => {
    const { version, rules } = JSON.parse(run('monitor-mode', 'json'));
    expect(version).toBe(1);
    expect(rules).toMatchObject([{ name: 'monitor-mode', page: 'docs/rules/monitor-mode.md' }]);
    expect(JSON.parse(run(undefined, 'json')).rules).toHaveLength(RULES.length);
  });

  it('refuses a rule that is not there, with the nearest one', () => {
    expect(() => run('monitor-mod', 'pretty')).toThrow('there is no rule `monitor-mod`');
  });
});
