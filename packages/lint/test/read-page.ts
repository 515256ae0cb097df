import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A rule's page, taken apart. */
export interface RulePage {
  readonly title: string;
  /** By heading, without it, trimmed. */
  readonly sections: ReadonlyMap<string, string>;
}

export const PAGE_SECTIONS: readonly string[] = ['Summary', 'Avoid', 'Prefer', 'Why', 'Options'];

export const RULES_FOLDER: string = join(import.meta.dirname, '../src/rules');

export function readPage(rule: string): RulePage {
  const text = readFileSync(join(RULES_FOLDER, rule, `${rule}.md`), 'utf8');
  const [head = '', ...rest] = text.split('\n## ');
  const sections = new Map<string, string>();
  for (const section of rest) {
    const end = section.indexOf('\n');
    sections.set(section.slice(0, end), section.slice(end + 1).trim());
  }
  return { title: head.replace(/^# /, '').trim(), sections };
}

/** The policies of a section. A fence `json` after one holds the tools that its server lists. */
export function readExamples(
  section: string,
): readonly { readonly policy: string; readonly tools?: string }[] {
  const examples: { policy: string; tools?: string }[] = [];
  for (const fence of section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    const [, language, body = ''] = fence;
    const last = examples.at(-1);
    if (language === 'yaml') examples.push({ policy: body });
    else if (language === 'json' && last !== undefined) last.tools = body;
    else throw new Error(`a fence in \`${language}\` is neither a policy nor its server's tools`);
  }
  return examples;
}
