import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { LINT_FORMATS } from '../../src/lint/output/formats.ts';

const DOCS = join(import.meta.dirname, '../../../../docs');
const lintPage = readFileSync(join(DOCS, 'lint.md'), 'utf8');
const editorsPage = readFileSync(join(DOCS, 'editors.md'), 'utf8');

describe('docs/lint.md', () => {
  it('shows a configuration that can be followed', () => {
    const block = lintPage.match(/```yaml\n(# yaml-language-server[\s\S]*?)```/)?.[1] ?? '';
    const result = readConfig(block, 'aip.config.yaml', '/x/aip.config.yaml', '/x');
    expect(result).toMatchObject({ ok: true, config: { maxWarnings: 0, baseline: 'aip-baseline.json' } });
  });

  it('names every format', () => {
    for (const format of LINT_FORMATS) expect(lintPage).toContain(`| \`${format}\` |`);
  });
});

describe('docs/editors.md', () => {
  it('has a pattern for VS Code that takes a finding apart', () => {
    const written = editorsPage.match(/"regexp": ("[^\n]*"),\n/)?.[1] ?? '""';
    const pattern: unknown = JSON.parse(written);
    const line = 'a/b.yaml:9:7 warning `allowed_tools` names [x] twice [duplicate-entry]';
    expect(new RegExp(String(pattern)).exec(line)?.slice(1)).toEqual([
      'a/b.yaml',
      '9',
      '7',
      'warning',
      '`allowed_tools` names [x] twice',
      'duplicate-entry',
    ]);
  });
});
