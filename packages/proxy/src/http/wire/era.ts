import { type Message, readProtocolVersion } from '@agentpolicy/message';

export const VERSION_HEADER = 'mcp-protocol-version';

/** The first revision without sessions, in which headers name what the body asks for. */
export const STATELESS_SINCE = '2026-07-28';

/** The message says of itself, or the header says of it, that it is of the stateless protocol. */
export function isStateless(headers: Headers, message: Message): boolean {
  const told = headers.get(VERSION_HEADER);
  if (told !== null && told >= STATELESS_SINCE) return true;
  return (bodyVersion(message) ?? '') >= STATELESS_SINCE;
}

/** The version that a request or a notification names in its body. */
export function bodyVersion(message: Message): string | undefined {
  return message.kind === 'request' || message.kind === 'notification'
    ? readProtocolVersion(message)
    : undefined;
}
