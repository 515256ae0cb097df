import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePolicy } from '../src/index.ts';
import { renderFindings } from './render-findings.ts';

/** The specification's own policies and conformance vectors; not part of the repository. */
const upstream = fileURLToPath(new URL('../../../../shared/upstream/', import.meta.url));
const present = existsSync(upstream);

function findingsOf(text: string, file: string): string {
  const parsed = parsePolicy(text, file);
  return parsed.ok ? '' : renderFindings(parsed.diagnostics);
}

/** Every policy under a key `policy`, at any depth; some vectors only have a name there. */
function collectPolicies(value: unknown, found: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === 'policy' && typeof child === 'string' && child.includes('apiVersion')) found.push(child);
    else collectPolicies(child, found);
  }
}

describe.skipIf(!present)('upstream (../shared is absent where this is skipped)', () => {
  it('has nine policies, all of them valid documents', () => {
    const names = readdirSync(`${upstream}policies`);
    expect(names).toHaveLength(9);
    for (const name of names)
      expect(findingsOf(readFileSync(`${upstream}policies/${name}`, 'utf8'), name)).toBe('');
  });

  it.each(present ? ['basic', 'full', 'identity', 'server'] : [])(
    'has valid policies in its %s vectors',
    (level) => {
      const policies: string[] = [];
      for (const name of readdirSync(`${upstream}conformance/${level}`)) {
        collectPolicies(parse(readFileSync(`${upstream}conformance/${level}/${name}`, 'utf8')), policies);
      }
      expect(policies.length).toBeGreaterThan(0);
      for (const [index, text] of policies.entries()) expect(findingsOf(text, `${level}-${index}`)).toBe('');
    },
  );
});
