export type AnalysisErrorCode = 'bad-pattern' | 'bad-table' | 'bad-question';

/**
 * What @agentpolicy/analysis throws: `bad-pattern` and `bad-table` for a table that is not what its compiler
 * would have written, `bad-question` for a question that has no answer.
 */
export class AnalysisError extends Error {
  override readonly name = 'AnalysisError';
  readonly code: AnalysisErrorCode;

  constructor(code: AnalysisErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
