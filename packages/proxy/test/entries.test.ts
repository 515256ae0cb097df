import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const sources = join(import.meta.dirname, '..', 'src');

/** What is loaded with a file, types left out: the files by their paths in `src`, and the names of the modules. */
function listLoaded(entry: string): {
  readonly files: readonly string[];
  readonly modules: readonly string[];
} {
  const files = new Set<string>();
  const modules = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, specifier = ''] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';$/gm)) {
      if (specifier.startsWith('.')) visit(join(dirname(file), specifier));
      else modules.add(specifier);
    }
  };
  visit(join(sources, entry));
  return {
    files: [...files].map((file) => relative(sources, file).replaceAll(sep, '/')),
    modules: [...modules],
  };
}

const isHttp = (name: string): boolean => /^http\/|hono|^node:http/.test(name);

describe('what is loaded', () => {
  it('by the entry for HTTP: Hono and all of src/http', () => {
    const { files, modules } = listLoaded('http/index.ts');
    expect(modules).toEqual(expect.arrayContaining(['@hono/node-server', 'hono', 'node:http']));
    expect(files.filter(isHttp).length).toBeGreaterThan(20);
    expect(files).toContain('gateway/connection-gateway.ts');
  });

  it('by the main entry: nothing of HTTP, so that a proxy over stdio starts without', () => {
    const { files, modules } = listLoaded('index.ts');
    expect(files).toContain('gateway/connection-gateway.ts');
    expect([...files, ...modules].filter(isHttp)).toEqual([]);
  });
});
