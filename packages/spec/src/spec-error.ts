export type SpecErrorCode = 'bad-pointer' | 'not-a-string' | 'bad-span' | 'bad-option';

/** A mistake of the calling code. What is wrong with a policy is a Diagnostic and never thrown. */
export class SpecError extends Error {
  readonly code: SpecErrorCode;

  constructor(code: SpecErrorCode, message: string) {
    super(message);
    this.name = 'SpecError';
    this.code = code;
  }
}
