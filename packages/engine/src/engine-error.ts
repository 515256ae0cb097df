export type EngineErrorCode = 'unsupported-feature' | 'bad-program' | 'bad-environment';

/** What @agentpolicy/engine throws: a table or an environment that it can't enforce with. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
