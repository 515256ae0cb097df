import { type JsonMember, type JsonNode, type JsonObject, quoteJson, type TextEdit } from '@agentpolicy/core';

/** Members of a message that say what it is: neither their keys nor their values are looked at. */
const ENVELOPE: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method']);

/** Members of a message that hold what it says: their keys stay. */
const PARTS: ReadonlySet<string> = new Set(['params', 'result', 'error']);

/** Keys whose values the receiver hands back as they are: altered, they would point to something else or nothing. */
const HANDLES: ReadonlySet<string> = new Set(['requestState', 'nextCursor', 'progressToken']);

export type MessageProblem = 'handle' | 'key-collision';

/** The redacted form of a string that `grown` units of new text were written before; null where it stays. */
export type RedactString = (text: string, grown: number) => string | null;

export interface MessageEdits {
  /** In the order of the text; none overlap. */
  readonly edits: readonly TextEdit[];
  /** The first reason why the message can't be sent redacted; null where it can. */
  readonly problem: MessageProblem | null;
}

/**
 * Applies a redaction to every string and key of a message at any depth, but for its `jsonrpc`, `id` and
 * `method`. A match inside an opaque handle, or in its key, is a problem; so are keys of one object that become
 * equal. The whole message is looked at in any case.
 */
export function redactMessage(message: JsonObject, redact: RedactString): MessageEdits {
  const walk = new MessageWalk(redact);
  walk.visitMessage(message);
  return walk;
}

class MessageWalk implements MessageEdits {
  readonly edits: TextEdit[] = [];
  problem: MessageProblem | null = null;
  private grown = 0;
  private readonly redact: RedactString;

  constructor(redact: RedactString) {
    this.redact = redact;
  }

  visitMessage(message: JsonObject): void {
    let renamed: Map<JsonMember, string> | undefined;
    for (const member of message.members) {
      if (ENVELOPE.has(member.key)) continue;
      if (!PARTS.has(member.key)) renamed = this.visitKey(member, false, renamed);
      this.visit(member.value, HANDLES.has(member.key));
    }
    if (renamed !== undefined) this.checkKeys(message, renamed);
  }

  private visit(node: JsonNode, isHandle: boolean): void {
    switch (node.kind) {
      case 'string':
        this.visitString(node.value, node.start, node.end, isHandle);
        return;
      case 'array':
        for (const item of node.items) this.visit(item, isHandle);
        return;
      case 'object':
        this.visitObject(node, isHandle);
        return;
      case 'number':
      case 'boolean':
      case 'null':
        return;
    }
  }

  private visitObject(node: JsonObject, isHandle: boolean): void {
    let renamed: Map<JsonMember, string> | undefined;
    for (const member of node.members) {
      renamed = this.visitKey(member, isHandle, renamed);
      this.visit(member.value, isHandle || HANDLES.has(member.key));
    }
    if (renamed !== undefined) this.checkKeys(node, renamed);
  }

  private visitKey(
    member: JsonMember,
    isHandle: boolean,
    renamed: Map<JsonMember, string> | undefined,
  ): Map<JsonMember, string> | undefined {
    const { key, keyStart, keyEnd } = member;
    const redacted = this.visitString(key, keyStart, keyEnd, isHandle || HANDLES.has(key));
    if (redacted === null) return renamed;
    return (renamed ?? new Map()).set(member, redacted);
  }

  private visitString(value: string, start: number, end: number, isHandle: boolean): string | null {
    const redacted = this.redact(value, this.grown);
    if (redacted === null) return null;
    if (isHandle) {
      this.problem ??= 'handle';
    } else if (this.problem === null) {
      this.edits.push({ start, end, newText: quoteJson(redacted) });
      this.grown += redacted.length;
    }
    return redacted;
  }

  private checkKeys(node: JsonObject, renamed: ReadonlyMap<JsonMember, string>): void {
    const keys = new Set(node.members.map((member) => renamed.get(member) ?? member.key));
    if (keys.size < node.members.length) this.problem ??= 'key-collision';
  }
}
