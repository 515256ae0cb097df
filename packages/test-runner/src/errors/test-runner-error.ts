/**
 * - `not-found`: a path that was named does not exist.
 * - `not-readable`: it exists and can't be read.
 * - `not-writable`: a file can't be written.
 * - `not-a-suite`: a file was named that is neither a suite nor a trace that can be replayed as asked.
 * - `bad-option`: an option's value makes no sense.
 */
export type TestRunnerErrorCode =
  | 'not-found'
  | 'not-readable'
  | 'not-writable'
  | 'not-a-suite'
  | 'bad-option';

/** What @agentpolicy/test-runner throws: mistakes of its caller. Mistakes in suites and traces are findings. */
export class TestRunnerError extends Error {
  override readonly name = 'TestRunnerError';
  readonly code: TestRunnerErrorCode;

  constructor(code: TestRunnerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
