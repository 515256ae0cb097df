import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitCommand } from './split-command.ts';

describe('splitCommand', () => {
  it.each([
    ['python3 test/echo_server.py', ['python3', 'test/echo_server.py']],
    ['  node   a.mjs\t--x ', ['node', 'a.mjs', '--x']],
    ["run 'a b' c", ['run', 'a b', 'c']],
    ['run "a b" c', ['run', 'a b', 'c']],
    ['run a\\ b', ['run', 'a b']],
    ['run a\'b\'"c"d', ['run', 'abcd']],
    ['run \'\' ""', ['run', '', '']],
    ['run "a\\"b\\\\c\\d"', ['run', 'a"b\\c\\d']],
    ["run 'a\\b$HOME;|'", ['run', 'a\\b$HOME;|']],
    ['run \\$HOME "\\$HOME"', ['run', '$HOME', '$HOME']],
    ['run a=b --c=d x~ y#', ['run', 'a=b', '--c=d', 'x~', 'y#']],
    ['run *.txt [a] {b,c} http://x/?q=1', ['run', '*.txt', '[a]', '{b,c}', 'http://x/?q=1']],
    ["run '~/a'", ['run', '~/a']],
  ])('splits %s', (text, words) => {
    expect(splitCommand(text)).toEqual(words);
  });

  it.each([
    ['', 'the command is empty'],
    ['   ', 'the command is empty'],
    ["run 'a", 'the quote is never closed (character 5)'],
    ['run "a', 'the quote is never closed (character 5)'],
    ['run a\\', 'a backslash ends the command (character 6)'],
    ['a | b', '`|` needs a shell'],
    ['a && b', '`&` needs a shell'],
    ['a; b', '`;` needs a shell'],
    ['a > b', '`>` needs a shell'],
    ['a $HOME', '`$` needs a shell'],
    ['a "$HOME"', '`$` needs a shell'],
    ['a `b`', '``` needs a shell'],
    ['a (b)', '`(` needs a shell'],
    ['a\nb', 'a line break needs a shell'],
    ['~/bin/server', '`~` needs a shell'],
    ['a # b', '`#` needs a shell'],
    ['KEY=1 a', '`KEY=` before a command needs a shell'],
  ])('refuses %j', (text, problem) => {
    expect(() => splitCommand(text)).toThrow(problem);
  });

  it('gives back any words that were quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (words) => {
        const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
        expect(splitCommand(quoted)).toEqual(words);
      }),
    );
  });

  it.skipIf(process.platform === 'win32')('splits what it accepts as the shell does', () => {
    const piece = fc.constantFrom('a', ' ', "'", '"', '\\', '$', 'b', '=', '~');
    const texts: { text: string; words: readonly string[] }[] = [];
    const samples = fc.sample(
      fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => `run ${pieces.join('')}`),
      { numRuns: 1500, seed: 7 },
    );
    for (const text of samples) {
      try {
        texts.push({ text, words: splitCommand(text) });
      } catch {
        // Refused: the shell may do as it likes.
      }
    }
    expect(texts.length).toBeGreaterThan(200);
    const script = `run() { for w in "$@"; do printf '<%s>' "$w"; done; printf '\\n'; }\n${texts.map((t) => t.text).join('\n')}`;
    const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
    const expected = texts
      .map(
        (t) =>
          `${t.words
            .slice(1)
            .map((word) => `<${word}>`)
            .join('')}\n`,
      )
      .join('');
    expect(stdout).toBe(expected);
  });
});
