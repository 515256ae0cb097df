export {
  applyEdits,
  escapeSeparators,
  forwardText,
  joinBatch,
  removeMembers,
  replaceString,
  replaceValue,
} from './edits/edits.ts';
export { MessageError, type MessageErrorCode } from './errors/message-error.ts';
export {
  createLineReader,
  type LineEvent,
  type LineReader,
  type LineReaderOptions,
  MAX_LINE_BYTES,
} from './lines/line-reader.ts';
export { pickCallContent, readCallArguments, spelledName } from './mcp/call-content.ts';
export {
  canonicalizeAsParsed,
  canonicalizeDefinition,
  HASH_ALGORITHMS,
  type HashAlgorithm,
  hashDefinition,
} from './mcp/definition-hash.ts';
export { type InputRequest, type InputRequestsResult, readInputRequests } from './mcp/input-requests.ts';
export { MCP_METHODS, spellMethod } from './mcp/methods.ts';
export {
  BATCH_PROTOCOL_VERSION,
  findRevision,
  readNegotiatedVersion,
  readProtocolVersion,
} from './mcp/protocol-version.ts';
export {
  type ConstrainedArguments,
  readToolCall,
  type ToolCallParams,
  type ToolCallResult,
} from './mcp/tool-call.ts';
export { type ListedTool, readToolPage, type ToolPage } from './mcp/tool-list.ts';
export { findConfusedKey } from './messages/look-alikes.ts';
export type {
  BatchMessage,
  InvalidMessage,
  Message,
  MessageId,
  MessageLimits,
  MessageShape,
  NotificationMessage,
  RequestMessage,
  ResponseMessage,
  Side,
  SingleMessage,
} from './messages/message.ts';
export { quoteForPeople, tameText } from './messages/quote.ts';
export { readLineMessage } from './messages/read-line.ts';
export { DEFAULT_MAX_BATCH, readMessage } from './messages/read-message.ts';
export { isReserved, OWN_ID_PREFIX, refuseReserved } from './messages/reserved-ids.ts';
export { type AskedCalls, FreeRetries } from './session/free-retries.ts';
export { copyText } from './session/keep-text.ts';
export {
  createSession,
  DEFAULT_MAX_OPEN,
  MAX_OPEN,
  type Session,
  type SessionOptions,
} from './session/session.ts';
export type {
  BatchVerdict,
  DropVerdict,
  ForwardVerdict,
  OpenRequest,
  RefuseVerdict,
  SingleVerdict,
  Verdict,
} from './session/verdict.ts';
