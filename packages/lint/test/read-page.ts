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

/** A policy of a page, with what it is judged with: the tools that its server lists, the key that signed it. */
export interface PageExample {
  readonly policy: string;
  readonly tools?: string;
  readonly publicKey?: string;
}

/** The policies of a section. A fence in `json` after one holds its server's tools, one in `pem` its public key. */
export function readExamples(section: string): readonly PageExample[] {
  const examples: PageExample[] = [];
  for (const fence of section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    const [, language, body = ''] = fence;
    const last = examples.pop();
    if (language === 'yaml') examples.push(...(last === undefined ? [] : [last]), { policy: body });
    else if (language === 'json' && last !== undefined) examples.push({ ...last, tools: body });
    else if (language === 'pem' && last !== undefined) examples.push({ ...last, publicKey: body });
    else throw new Error(`a fence in \`${language}\` stands behind no policy`);
  }
  return examples;
}
