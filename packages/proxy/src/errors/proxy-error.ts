export type ProxyErrorCode =
  /** The server's command line can't be split into words. */
  | 'bad-command'
  /** The policy asks for something that the proxy does not enforce. */
  | 'unsupported-policy'
  /** The decision table is damaged. */
  | 'bad-table'
  /** A path that is not absolute, or a limit that is no positive whole number. */
  | 'bad-option'
  /** The audit log can't be opened. */
  | 'audit-file'
  /** The file of a recording can't be written. */
  | 'trace-file'
  /** A key for checkpoints of the audit log can't be used. */
  | 'audit-key'
  /** The socket for approvals can't be used. */
  | 'approval-socket'
  /** The file of pinned definitions can't be used. */
  | 'pin-file'
  /** The proxy can't listen at the address. */
  | 'listen-failed'
  /** The server can't be started. */
  | 'spawn-failed'
  /** The server does not answer in time, or not as MCP demands. */
  | 'no-answer';

/** What @agentpolicy/proxy throws: what the operator got wrong, and what to do about it. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: ProxyErrorCode;

  constructor(code: ProxyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
