import { type Command, Option } from 'commander';
import type { CommandContext } from '../context.ts';
import type { SetStatus } from '../run-program.ts';

/** What every command is declared with. */
export interface ProgramParts {
  readonly program: Command;
  readonly setStatus: SetStatus;
  /** Made when a command runs: the options of the program are known then. */
  readonly context: () => CommandContext;
}

/** Adds examples below a command's help. */
export function addExamples(command: Command, examples: readonly (readonly [string, string])[]): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, what]) => `  $ ${line.padEnd(width)}  ${what}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** `--format` of the commands that print one report; the first choice is the default. */
export function formatOption(choices: readonly string[]): Option {
  return new Option('--format <format>', 'how to print the result').choices([...choices]).default(choices[0]);
}

/** An option that may stand several times; its values in their order. */
export function repeatedOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    value,
  ]);
}
