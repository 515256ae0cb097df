export type MessageErrorCode = 'bad-edit' | 'bad-limit';

/** What @agentpolicy/message throws: a mistake of the calling code, never of the traffic. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
  readonly code: MessageErrorCode;

  constructor(code: MessageErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
