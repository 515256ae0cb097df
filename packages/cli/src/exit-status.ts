/** What the process' exit status tells a script. */
export const EXIT = {
  clean: 0,
  /** Findings, failures, a refused call. */
  findings: 1,
  /** The command line or a file that it names is wrong. */
  usage: 2,
  /** There was nothing to check: never success. */
  nothing: 3,
  /** A fault of this program. */
  internal: 70,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** A mistake of the user: shown in one line, without a stack trace. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly status: ExitStatus;
  /** What to do about it. */
  readonly help: string | undefined;

  constructor(message: string, help?: string, status: ExitStatus = EXIT.usage) {
    super(message);
    this.help = help;
    this.status = status;
  }
}
