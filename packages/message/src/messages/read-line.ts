import { JSON_RPC_ERRORS } from '@agentpolicy/core';
import type { LineEvent } from '../lines/line-reader.ts';
import type { Message, MessageLimits, Side } from './message.ts';
import { outlineCut, outlineDamaged } from './outline.ts';
import { readMessage } from './read-message.ts';

/** Reads the message of a line as it comes from a line reader. An overlong or damaged line is `invalid`. */
export function readLineMessage(event: LineEvent, from: Side, limits: MessageLimits = {}): Message {
  switch (event.kind) {
    case 'line':
      return readMessage(event.text, from, limits);
    case 'too-long':
      return {
        kind: 'invalid',
        from,
        text: event.head,
        code: JSON_RPC_ERRORS.invalidRequest.code,
        reason: `the line has ${event.bytes} bytes, more than the limit`,
        ...outlineCut(event.head, event.tail),
      };
    case 'invalid-utf8':
      return {
        kind: 'invalid',
        from,
        text: event.text,
        code: JSON_RPC_ERRORS.parseError.code,
        reason: 'the line is not UTF-8',
        ...outlineDamaged(event.text),
      };
  }
}
