import { getMember, JSON_RPC_ERRORS } from '@agentpolicy/core';
import type { Message, MessageId, NotificationMessage, RequestMessage, SingleMessage } from './message.ts';

/** Ids of a proxy's own requests begin so; neither side can use one. */
export const OWN_ID_PREFIX = 'aip-proxy:';

/** True for the id of a request that a proxy makes. */
export function isReserved(id: MessageId): boolean {
  return typeof id.value === 'string' && id.value.startsWith(OWN_ID_PREFIX);
}

/** Turns messages that speak of a proxy's own requests into ones that are refused. */
export function refuseReserved(message: Message): Message {
  if (message.kind !== 'batch') return refuseOne(message);
  return { ...message, elements: message.elements.map(refuseOne) };
}

function refuseOne(message: SingleMessage): SingleMessage {
  if (message.kind === 'request' && isReserved(message.id)) return refuse(message, message.id);
  if (message.kind !== 'notification' || message.normalizedMethod !== 'notifications/cancelled')
    return message;
  const named = message.params === undefined ? undefined : getMember(message.params, 'requestId');
  return named?.kind === 'string' && named.value.startsWith(OWN_ID_PREFIX) ? refuse(message, null) : message;
}

function refuse(message: RequestMessage | NotificationMessage, id: MessageId | null): SingleMessage {
  const { from, text, kind } = message;
  return {
    kind: 'invalid',
    from,
    text,
    code: JSON_RPC_ERRORS.invalidRequest.code,
    reason: `ids that begin with \`${OWN_ID_PREFIX}\` are reserved`,
    id,
    shape: kind,
  };
}
