import { ProxyError } from '../errors/proxy-error.ts';

const OPERATORS = '|&;<>()\n`$';
const ESCAPED_IN_DOUBLE_QUOTES = '$`"\\';

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}

/** Carries the text and the place in it; `word` is null between words. */
class CommandSplitter {
  private readonly text: string;
  private at = 0;
  private word: string | null = null;
  private readonly words: string[] = [];

  constructor(text: string) {
    this.text = text;
  }

  split(): readonly string[] {
    while (this.at < this.text.length) this.step(this.text.charAt(this.at));
    this.endWord();
    if (this.words.length === 0) throw new ProxyError('bad-command', 'the command is empty');
    return this.words;
  }

  private step(character: string): void {
    if (isBlank(character)) {
      this.at++;
      this.endWord();
    } else if (character === "'") this.readSingleQuoted();
    else if (character === '"') this.readDoubleQuoted();
    else if (character === '\\') this.readEscape();
    else {
      this.refuseShellSyntax(character);
      this.add(character);
      this.at++;
    }
  }

  private add(text: string): void {
    this.word = (this.word ?? '') + text;
  }

  private endWord(): void {
    if (this.word !== null) this.words.push(this.word);
    this.word = null;
  }

  private readSingleQuoted(): void {
    const end = this.text.indexOf("'", this.at + 1);
    if (end < 0) this.fail('the quote is never closed', this.at, "close it, or write \\' for a quote itself");
    this.add(this.text.slice(this.at + 1, end));
    this.at = end + 1;
  }

  private readDoubleQuoted(): void {
    const start = this.at++;
    this.add('');
    for (;;) {
      const character = this.text.charAt(this.at);
      if (character === '')
        this.fail('the quote is never closed', start, 'close it, or write \\" for a quote itself');
      if (character === '"') break;
      if (character === '$' || character === '`') this.refuseShellSyntax(character);
      const next = this.text.charAt(this.at + 1);
      if (character === '\\' && next !== '' && ESCAPED_IN_DOUBLE_QUOTES.includes(next)) {
        this.add(next);
        this.at += 2;
      } else {
        this.add(character);
        this.at++;
      }
    }
    this.at++;
  }

  private readEscape(): void {
    const next = this.text.charAt(this.at + 1);
    if (next === '') this.fail('a backslash ends the command', this.at, 'write \\\\ for a backslash itself');
    this.add(next);
    this.at += 2;
  }

  /** What a shell would do something about: passing it on as it stands would run another command than meant. */
  private refuseShellSyntax(character: string): void {
    const needsShell = OPERATORS.includes(character) || (this.word === null && '~#'.includes(character));
    if (needsShell) {
      const shown = character === '\n' ? 'a line break' : `\`${character}\``;
      this.fail(
        `${shown} needs a shell, and the command is run without one`,
        this.at,
        "quote it to pass it on as it stands, or run a shell: sh -c '...'",
      );
    }
    if (character === '=' && this.words.length === 0 && this.word !== null && isVariableName(this.word)) {
      this.fail(
        `\`${this.word}=\` before a command needs a shell`,
        this.at,
        `use env: env ${this.word}=VALUE COMMAND`,
      );
    }
  }

  private fail(problem: string, at: number, remedy: string): never {
    throw new ProxyError(
      'bad-command',
      `the command can't be split: ${problem} (character ${at + 1}); ${remedy}`,
    );
  }
}

function isVariableName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/**
 * Splits a command line into words as a POSIX shell would (quotes, backslashes), without a shell. Wildcards
 * (`*`, `?`, `[`) and braces stand for themselves. What only a shell can do (variables, pipes, redirections,
 * `;`, a leading `~`, `NAME=value` in front) is refused rather than passed on with another meaning.
 * @throws ProxyError `bad-command` with the place and a remedy.
 */
export function splitCommand(text: string): readonly string[] {
  return new CommandSplitter(text).split();
}
