import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LintOptions, type OptionSpec, RULES, readToolList } from '../src/index.ts';
import { describeFindings } from './lint-text.ts';
import { PAGE_SECTIONS, type PageExample, RULES_FOLDER, readExamples, readPage } from './read-page.ts';

/** How a page lists an option. */
function describeOption(name: string, spec: OptionSpec): string {
  return `- \`${name}\` (${spec.type}, default \`${JSON.stringify(spec.default)}\`): ${spec.description}`;
}

function optionsFor({ tools, publicKey }: PageExample): LintOptions {
  return {
    ...(tools === undefined ? {} : { tools: readToolList(tools, 'tools.json') }),
    ...(publicKey === undefined ? {} : { publicKey }),
  };
}

describe('the registry', () => {
  it('holds every rule that has a folder, sorted by name', () => {
    const folders = readdirSync(RULES_FOLDER, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    expect(RULES.map((rule) => rule.meta.name)).toEqual(folders);
  });

  it('has at least forty rules', () => {
    expect(RULES.length).toBeGreaterThanOrEqual(40);
  });
});

describe.each(RULES.map((rule) => [rule.meta.name, rule.meta] as const))('%s', (name, meta) => {
  const page = readPage(name);

  it('has its rule, its page and its test in its folder', () => {
    const files = readdirSync(join(RULES_FOLDER, name)).sort();
    expect(files).toEqual(expect.arrayContaining([`${name}.md`, `${name}.test.ts`, `${name}.ts`]));
  });

  it('has a page with its name, its summary and every section in order', () => {
    expect(page.title).toBe(name);
    expect([...page.sections.keys()]).toEqual(PAGE_SECTIONS);
    expect(page.sections.get('Summary')?.replaceAll('\n', ' ')).toBe(meta.summary);
    expect(page.sections.get('Why')).not.toBe('');
  });

  it('documents exactly the options that it has', () => {
    const options = Object.entries(meta.options).map(([option, spec]) => describeOption(option, spec));
    expect(page.sections.get('Options')?.replaceAll('\n  ', ' ')).toBe(
      options.length === 0 ? 'None.' : options.join('\n'),
    );
  });

  it('reports every policy under Avoid', () => {
    const examples = readExamples(page.sections.get('Avoid') ?? '');
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(describeFindings(name, example.policy, optionsFor(example)), example.policy).not.toEqual([]);
    }
  });

  it('does not report any policy under Prefer', () => {
    const examples = readExamples(page.sections.get('Prefer') ?? '');
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(describeFindings(name, example.policy, optionsFor(example)), example.policy).toEqual([]);
    }
  });

  it('says in house style what is wrong', () => {
    for (const example of readExamples(page.sections.get('Avoid') ?? '')) {
      for (const finding of describeFindings(name, example.policy, optionsFor(example))) {
        const message = finding.slice(finding.indexOf('» ') + 2);
        expect(message).not.toMatch(/[.!]$|\n/);
        expect(message).toMatch(/^[a-z`\d]/);
      }
    }
  });

  it('counts at least as much in a stricter preset', () => {
    const weight = { off: 0, info: 1, warning: 2, error: 3 };
    const { recommended, strict, all } = meta.severity;
    expect(weight[recommended]).toBeLessThanOrEqual(weight[strict]);
    expect(weight[strict]).toBeLessThanOrEqual(weight[all]);
    expect(all).not.toBe('off');
  });
});
