import { getMember } from '@agentpolicy/core';
import type { LineEvent, Message } from '@agentpolicy/message';

/** The requests in a message, by their ids. */
export function listRequests(message: Message): readonly { readonly key: string; readonly idText: string }[] {
  const each = message.kind === 'batch' ? message.elements : [message];
  return each.flatMap((one) => (one.kind === 'request' ? [{ key: one.id.key, idText: one.id.text }] : []));
}

/** A message of the proxy's own making as the gateway takes it. */
export function makeLine(text: string): LineEvent {
  return { kind: 'line', text, bytes: Buffer.byteLength(text) };
}

/** The keys of the ids that a message answers. */
export function answerKeys(message: Message): readonly string[] {
  const each = message.kind === 'batch' ? message.elements : [message];
  return each.flatMap((one) =>
    (one.kind === 'response' || one.kind === 'invalid') && one.id !== null ? [one.id.key] : [],
  );
}

/** What an answer that stands alone has for a status (protocol 2026-07-28, Streamable HTTP). */
const STATUSES: ReadonlyMap<string, number> = new Map([
  // Method not found.
  ['-32601', 404],
  // The headers do not equal the body, a capability of the client's is missing, the version is not spoken.
  ['-32020', 400],
  ['-32021', 400],
  ['-32022', 400],
]);

/** The status that goes with an answer. */
export function statusOf(message: Message): number {
  if (message.kind !== 'response' || message.outcome.kind !== 'error') return 200;
  const code = getMember(message.outcome.value, 'code');
  return (code?.kind === 'number' ? STATUSES.get(code.literal) : undefined) ?? 200;
}
