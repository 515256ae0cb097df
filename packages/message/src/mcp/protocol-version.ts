import { getMember, type JsonNode } from '@agentpolicy/core';
import type { NotificationMessage, RequestMessage } from '../messages/message.ts';

/** The only revision that has batches. */
export const BATCH_PROTOCOL_VERSION = '2025-03-26';

const REVISIONS: readonly string[] = [
  '2024-11-05',
  BATCH_PROTOCOL_VERSION,
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
];

/** The revision of MCP that a version names; undefined where it is none of those published. */
export function findRevision(version: string): string | undefined {
  return REVISIONS.find((revision) => revision === version);
}

/** Where a stateless request (protocol 2026-07-28) names its version, inside `params._meta`. */
const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';

/** The protocol version that a message names for itself (2026-07-28 and later); undefined where it names none. */
export function readProtocolVersion(message: RequestMessage | NotificationMessage): string | undefined {
  const meta = message.params === undefined ? undefined : getMember(message.params, '_meta');
  const version = meta?.kind === 'object' ? getMember(meta, VERSION_KEY) : undefined;
  return version?.kind === 'string' ? version.value : undefined;
}

/** The version that a server chose in its answer to `initialize`. */
export function readNegotiatedVersion(result: JsonNode): string | undefined {
  const version = result.kind === 'object' ? getMember(result, 'protocolVersion') : undefined;
  return version?.kind === 'string' ? version.value : undefined;
}
