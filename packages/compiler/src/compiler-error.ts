export type CompilerErrorCode = 'inconsistent-document';

/** What @agentpolicy/compiler throws: only for a fault of its caller or its own, never for a policy's mistake. */
export class CompilerError extends Error {
  override readonly name = 'CompilerError';
  readonly code: CompilerErrorCode;

  constructor(code: CompilerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
