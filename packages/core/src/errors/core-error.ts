export type CoreErrorCode = 'not-json' | 'bad-table' | 'too-long';

/** What @agentpolicy/core throws. */
export class CoreError extends Error {
  override readonly name = 'CoreError';
  readonly code: CoreErrorCode;

  constructor(code: CoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
