export type LintErrorCode =
  | 'unknown-rule'
  | 'unknown-option'
  | 'bad-option'
  | 'undeclared-option'
  | 'bad-tool-list';

/** What @agentpolicy/lint throws: a configuration that it can't follow. Findings are never thrown. */
export class LintError extends Error {
  override readonly name = 'LintError';
  readonly code: LintErrorCode;

  constructor(code: LintErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
