import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { READER_CODES, RULES, readRulePage } from '@agentpolicy/lint';
import { SPEC_CODES } from '@agentpolicy/spec';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { runRules } from '../../src/commands/rules.ts';
import { renderList, renderRule } from '../../src/lint/rules/render-rules.ts';
import { createStyle } from '../../src/terminal/style.ts';
import { captureContext } from './lint-in-folder.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const METAS = RULES.map(({ meta }) => meta);
const PLAIN = createStyle('never', {}, {});

async function run(name: string | undefined, format: string): Promise<string> {
  const { context, stdout } = captureContext('.');
  expect(await runRules(context, name, { format })).toBe(0);
  return stdout();
}

describe('aip rules', () => {
  it('lists every rule in a line with its severity', () => {
    const lines = renderList(METAS, undefined, PLAIN);
    for (const meta of METAS) {
      const line = lines.find((each) => each.startsWith(`${meta.name} `));
      expect(line).toContain(meta.severity.recommended);
      expect(line).toContain(meta.summary);
    }
  });

  it.each([80, 120])('lists every rule in lines of %i columns', (columns) => {
    const lines = renderList(METAS, columns, PLAIN);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    const text = lines.join(' ').replaceAll(/ +/g, ' ');
    for (const { name, severity, summary } of METAS) {
      expect(text).toContain(` ${name} ${severity.recommended}`);
      expect(text).toContain(summary);
    }
  });

  it('shows the whole page of a rule, with a page that exists', async () => {
    const text = await run('unanchored-pattern', 'pretty');
    expect(text).toContain('warning (recommended), error (strict), error (all)');
    const headings = text.split('\n').filter((line) => /^[A-Z]/.test(line));
    expect(headings).toEqual(['Summary', 'Avoid', 'Prefer', 'Why', 'Options']);
    expect(text).toContain('\n    spec:\n      tool_rules:\n');
    expect(text).toContain('allowPrefixes');
    const page = /page +(\S+)/.exec(text)?.[1] ?? '';
    expect(existsSync(join(ROOT, page))).toBe(true);
  });

  it('loses no word of any page, and breaks only lines that are no code', async () => {
    for (const meta of METAS) {
      const page = (await readRulePage(meta.name)) ?? '';
      const lines = renderRule(meta, page, 80, PLAIN);
      for (const line of lines) {
        const isText = /^(?:\S| {2}\S)/.test(line) && line.trim().includes(' ');
        if (isText && !line.startsWith('  category') && !line.startsWith('  page'))
          expect(stringWidth(line), line).toBeLessThanOrEqual(80);
      }
      const shown = new Set(lines.flatMap((line) => line.split(' ')));
      const words = page.replaceAll(/```\w*|^#.*$/gm, '').replaceAll(/\[([^\][]*)\]\([^()]*\)/g, '$1');
      expect(words.split(/\s+/).filter((word) => word !== '' && !shown.has(word))).toEqual([]);
    }
  });

  it('knows the codes of the reader, which are no rules', async () => {
    expect(Object.keys(READER_CODES)).toEqual(SPEC_CODES);
    expect(METAS.filter(({ name }) => name in READER_CODES)).toEqual([]);
    expect(await run('rotation-not-below-ttl', 'pretty')).toContain(
      '`rotation_interval` is not below `token_ttl`',
    );
    expect(JSON.parse(await run('stale-ignore', 'json'))).toMatchObject({
      version: 1,
      rules: [],
      codes: [{ name: 'stale-ignore' }],
    });
  });

  it('gives the same to programs', async () => {
    const { version, rules } = JSON.parse(await run('monitor-mode', 'json'));
    expect(version).toBe(1);
    expect(rules).toMatchObject([{ name: 'monitor-mode', page: 'docs/rules/monitor-mode.md' }]);
    expect(JSON.parse(await run(undefined, 'json')).rules).toHaveLength(RULES.length);
  });

  it.each([
    ['monitor-mod', 'monitor-mode'],
    ['unknown-feild', 'unknown-field'],
  ])('refuses %s, which is not there, with the nearest one', async (name, nearest) => {
    const { context } = captureContext('.');
    await expect(runRules(context, name, { format: 'pretty' })).rejects.toMatchObject({
      message: `there is no rule \`${name}\``,
      help: `did you mean \`${nearest}\`?`,
    });
  });
});
