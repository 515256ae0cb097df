import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AIP, ROOT, runToEnd } from './aip.ts';

/**
 * Every `console` block of the documentation is run, and prints what stands there. A line `$ command` is run by a
 * shell in a folder with the repository's fixtures; `…` stands for text that differs from run to run. A YAML block
 * whose first line is a comment with a file's name is that file: one of the fixtures, or one that is written.
 */
interface Example {
  readonly command: string;
  readonly expected: string;
}

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

function listBlocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] ?? '',
  );
}

function listExamples(text: string): Example[] {
  return listBlocks(text, 'console').flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n');
        return { command: part.slice(0, end), expected: part.slice(end + 1) };
      }),
  );
}

function matches(expected: string, got: string): boolean {
  const lines = expected.split('\n');
  const found = got.split('\n');
  return (
    lines.length === found.length &&
    lines.every((line, index) => {
      const other = found[index] ?? '';
      const [start = '', ...rest] = line.split('…');
      const end = rest.at(-1);
      if (end === undefined) return line === other;
      return other.startsWith(start) && other.endsWith(end) && other.length >= start.length + end.length;
    })
  );
}

const folder = mkdtempSync(join(tmpdir(), 'aip-docs-'));

beforeAll(() => {
  cpSync(join(ROOT, 'fixtures'), join(folder, 'fixtures'), { recursive: true });
  writeFileSync(join(folder, 'aip'), `#!/bin/sh\nexec '${process.execPath}' '${AIP}' "$@"\n`);
  chmodSync(join(folder, 'aip'), 0o755);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  for (const block of listBlocks(text, 'yaml')) {
    const name = /^# ([\w./-]+)\n/.exec(block)?.[1];
    if (name === undefined) continue;
    if (!name.startsWith('fixtures/')) writeFileSync(join(folder, name), block);
    else it(`shows ${name} as it is`, () => expect(block).toBe(readFileSync(join(ROOT, name), 'utf8')));
  }
  const examples = listExamples(text);

  it('links only to what is there', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? '');
    const missing = targets.filter((target) => {
      try {
        readdirSync(join(ROOT, page, '..', target));
        return false;
      } catch (failure) {
        return !(failure instanceof Error && 'code' in failure && failure.code === 'ENOTDIR');
      }
    });
    expect(missing).toEqual([]);
  });

  // One after the other: an example may use what the one before it wrote.
  it.sequential.each(examples)('$command', async ({ command, expected }) => {
    const path = `${folder}:${process.env.PATH}`;
    const { stdout } = await runToEnd('bash', ['-c', `{ ${command}; } 2>&1`], {
      cwd: folder,
      env: { PATH: path },
    });
    expect(matches(expected, stdout) ? expected : stdout).toBe(expected);
  });
});
