import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = join(dirname(fileURLToPath(import.meta.url)), '../src');

/** All files that a module loads at run time, directly or not; packages by their name. */
function listLoaded(entry: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  if (!existsSync(entry)) return seen;
  for (const [, type, specifier = ''] of readFileSync(entry, 'utf8').matchAll(
    /^(?:import|export) (type )?[^;]*?from '([^']+)';$/gm,
  )) {
    if (type !== undefined) continue;
    listLoaded(specifier.startsWith('.') ? join(dirname(entry), specifier) : specifier, seen);
  }
  return seen;
}

describe('the entry that the enforcing engine loads', () => {
  it('loads matching code only: no parser, no Unicode tables, no package', () => {
    const loaded = [...listLoaded(join(source, 'match/index.ts'))].map((file) => relative(source, file));
    expect(loaded.length).toBeGreaterThan(10);
    expect(loaded.filter((file) => !file.startsWith('match/'))).toEqual([]);
  });

  it('differs from the main entry, which loads the parser', () => {
    const loaded = listLoaded(join(source, 'index.ts'));
    expect([...loaded].some((file) => file === 'chevrotain')).toBe(true);
  });
});
