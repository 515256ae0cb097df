import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const packages = join(dirname(fileURLToPath(import.meta.url)), '..', 'packages');

/** The rooms of ARCHITECTURE.md and what each may import of ours. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  regex: [],
  message: ['core'],
  engine: ['core', 'regex/match'],
  spec: ['core'],
  compiler: ['core', 'regex', 'spec'],
  analysis: ['core', 'regex'],
  lint: ['core', 'regex', 'spec'],
  'test-runner': ['core', 'message', 'engine', 'spec', 'compiler', 'analysis'],
  proxy: ['core', 'message', 'engine'],
  cli: [
    'core',
    'regex',
    'message',
    'engine',
    'spec',
    'compiler',
    'analysis',
    'lint',
    'test-runner',
    'proxy',
    'proxy/http',
  ],
};

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function listImports(folder: string): Import[] {
  return listSources(folder).flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(
        /^\s*(?:import|export)\b[^;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm,
      ),
    ].map((match) => ({ file: relative(packages, file), specifier: match[1] ?? match[2] ?? '' })),
  );
}

const rooms = readdirSync(packages).sort();

describe('who imports whom', () => {
  it('knows every room', () => {
    expect(rooms).toEqual(Object.keys(ALLOWED).sort());
  });

  it.each(rooms)('%s imports only what ARCHITECTURE.md says', (room) => {
    // Who may import regex may import its part that runs programs.
    const names = (ALLOWED[room] ?? []).flatMap((name) =>
      name === 'regex' ? [name, 'regex/match'] : [name],
    );
    const allowed = new Set(names.map((name) => `@agentpolicy/${name}`));
    const wrong = listImports(join(packages, room, 'src')).filter(
      ({ specifier }) => specifier.startsWith('@agentpolicy/') && !allowed.has(specifier),
    );
    expect(wrong).toEqual([]);
  });

  it.each(rooms)('%s reaches into no other room by a relative path', (room) => {
    const wrong = listImports(join(packages, room, 'src')).filter(({ file, specifier }) => {
      if (!specifier.startsWith('.')) return false;
      return !join(dirname(file), specifier).startsWith(`${room}/`);
    });
    expect(wrong).toEqual([]);
  });

  it('keeps parsers, schemas and files out of the engine and of the matcher', () => {
    const external = [
      ...listImports(join(packages, 'engine/src')),
      ...listImports(join(packages, 'regex/src/match')),
    ].filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('@agentpolicy/'));
    expect(external).toEqual([]);
  });

  it('keeps the pattern parser out of what the matcher loads', () => {
    const parser = listImports(join(packages, 'regex/src/match')).filter(({ file, specifier }) => {
      const target = join(dirname(file), specifier);
      return specifier.startsWith('.') && /regex\/src\/(?:parse|syntax|sets)/.test(target);
    });
    expect(parser).toEqual([]);
  });

  it('declares in package.json what each room imports', () => {
    for (const room of rooms) {
      const manifest: Readonly<Record<string, object | undefined>> = JSON.parse(
        readFileSync(join(packages, room, 'package.json'), 'utf8'),
      );
      // The command is published as a bundle: what is in it is not installed again.
      const members = room === 'cli' ? ['devDependencies', 'peerDependencies'] : ['dependencies'];
      const declared = new Set(members.flatMap((member) => Object.keys(manifest[member] ?? {})));
      const used = listImports(join(packages, room, 'src'))
        .map(({ specifier }) => specifier)
        .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
        .map((specifier) =>
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        );
      expect({ room, missing: used.filter((name) => !declared.has(name)) }).toEqual({ room, missing: [] });
    }
  });
});
