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
