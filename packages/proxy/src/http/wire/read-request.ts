import { type LineEvent, type Message, readLineMessage } from '@agentpolicy/message';
import { HEADER_MISMATCH, NO_MESSAGE, type Problem } from '../endpoint.ts';
import { findHeaderProblem } from './headers.ts';
import type { ParamHeaders } from './param-headers.ts';
import { readLineEvent } from './read-line-event.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  readonly maxDepth?: number;
}

/** A message of the client's, or why it can't be taken. */
export type ReadRequest =
  | { readonly ok: true; readonly line: LineEvent; readonly message: Message }
  | { readonly ok: false; readonly problem: Problem; readonly message: Message | null };

/** Reads the message in a body, and holds the headers against it. */
export function readRequest(
  { headers, body }: { readonly headers: Headers; readonly body: Uint8Array },
  { maxBytes, maxDepth }: BodyLimits,
  known: ParamHeaders,
): ReadRequest {
  const line = readLineEvent(body, maxBytes);
  if (line === null) return { ok: false, problem: NO_MESSAGE, message: null };
  const message = readLineMessage(line, 'client', maxDepth === undefined ? {} : { maxDepth });
  const reason = findHeaderProblem(headers, message, known);
  if (reason === null) return { ok: true, line, message };
  const id = message.kind === 'request' ? { idText: message.id.text } : {};
  return { ok: false, problem: { status: 400, reason, code: HEADER_MISMATCH, ...id }, message };
}
