import type { JsonNode } from '@agentpolicy/core';
import type { MessageId } from './message.ts';

/** The longest string id in UTF-16 units: open ids are remembered, and memory is bounded. */
export const MAX_ID_LENGTH = 1024;

type IdResult =
  | { readonly ok: true; readonly id: MessageId }
  | { readonly ok: false; readonly problem: string };

function isIntegerLiteral(literal: string): boolean {
  for (let at = literal.charCodeAt(0) === 0x2d ? 1 : 0; at < literal.length; at++) {
    const code = literal.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

/**
 * Reads an id. It is a string, or an integer literal that a double holds exactly; a `lenient` reader also
 * takes `1.0`, as a server may write the integer that it was sent.
 */
export function readId(node: JsonNode, text: string, lenient: boolean): IdResult {
  switch (node.kind) {
    case 'string': {
      if (node.value.length > MAX_ID_LENGTH)
        return { ok: false, problem: `the id is longer than ${MAX_ID_LENGTH} characters` };
      const { value } = node;
      return { ok: true, id: { key: `s${value}`, text: text.slice(node.start, node.end), value } };
    }
    case 'number': {
      const value = Number(node.literal);
      if (!Number.isSafeInteger(value))
        return { ok: false, problem: `the id is a number other than an integer within 2^53` };
      if (!lenient && !isIntegerLiteral(node.literal))
        return { ok: false, problem: 'the id is a number that is not written as an integer' };
      // -0 and 0 are one number to nearly every reader.
      return { ok: true, id: { key: `n${value === 0 ? 0 : value}`, text: node.literal, value } };
    }
    case 'null':
    case 'boolean':
      return { ok: false, problem: `the id is ${node.kind === 'null' ? 'null' : 'a boolean'}` };
    case 'array':
    case 'object':
      return { ok: false, problem: `the id is an ${node.kind}` };
  }
}
