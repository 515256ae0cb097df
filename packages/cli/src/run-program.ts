import { type Command, CommanderError } from 'commander';
import { CliError, EXIT, type ExitStatus } from './exit-status.ts';
import { escapeControls } from './terminal/printable.ts';

/** Takes the exit status that the command which ran has come to. */
export type SetStatus = (status: number) => void;

/**
 * Runs the command line and gives the process' exit status. A user's mistake is one line on standard error;
 * only a fault of this program shows a stack trace.
 */
export async function runProgram(
  createProgram: (setStatus: SetStatus, argv: readonly string[]) => Command,
  argv: readonly string[],
): Promise<number> {
  let status: number = EXIT.clean;
  exitQuietlyOnClosedOutput();
  try {
    const setStatus: SetStatus = (found) => {
      status = found;
    };
    await createProgram(setStatus, argv).parseAsync([...argv]);
    return status;
  } catch (failure) {
    return reportFailure(failure);
  }
}

/** 128 and SIGPIPE's number, as a shell has it for a program that this signal ended. */
const OUTPUT_CLOSED = 141;

/**
 * `aip lint | head` closes the pipe early: no fault, but no success either, since nobody knows what would have come. A gate
 * that is piped must not pass for it.
 */
function exitQuietlyOnClosedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(OUTPUT_CLOSED);
    throw error;
  });
}

function reportFailure(failure: unknown): ExitStatus {
  if (failure instanceof CommanderError) return failure.exitCode === 0 ? EXIT.clean : EXIT.usage;
  if (failure instanceof CliError) {
    process.stderr.write(`aip: ${escapeControls(failure.message)}\n`);
    if (failure.help !== undefined) process.stderr.write(`  help: ${escapeControls(failure.help)}\n`);
    return failure.status;
  }
  process.stderr.write(
    `aip: internal error, please report it with the command and its input\n${failure instanceof Error ? failure.stack : failure}\n`,
  );
  return EXIT.internal;
}
