import { getMember, type JsonObject, quoteJson, readJson } from '@agentpolicy/core';
import type { Engine } from '@agentpolicy/engine';
import {
  escapeSeparators,
  MCP_METHODS,
  type MessageId,
  type NotificationMessage,
  type RequestMessage,
} from '@agentpolicy/message';

/** Stands in the audit log where the scanner can't take the secret out without taking it all. */
const WITHHELD = '"[WITHHELD]"';

/** Passes what goes into the audit log and the operator's log through the policy's scanner. */
export interface AuditText {
  /** A reason, a line, output of the server. */
  line(text: string): string;
  /** A reason that quotes the wire, in backticks. What was cut there is not told: the scanner would see it cut. */
  quoted(reason: string): string;
  /** The name of a method or a tool. */
  name(name: string): string;
  /** The id as JSON text. */
  id(id: MessageId | null): string | null;
  /** The `arguments` of a call as JSON text; null where it has none. The original has not passed the scanner. */
  args(message: RequestMessage | NotificationMessage, original?: boolean): string | null;
}

/** Where the policy has no patterns, everything is shown as it is. */
export function createAuditText(engine: Engine): AuditText {
  const scanner = engine.logs;
  const line = (text: string): string => (scanner === null ? text : scanner.scanText(text).text);
  // Names that the policy or the protocol writes itself hold nothing of the wire's.
  const known = new Set<string>([
    ...MCP_METHODS,
    ...engine.table.tools.flatMap((tool) => [tool.name, tool.display]),
  ]);
  return {
    line,
    quoted: (reason) => (scanner === null ? reason : line(withholdCut(reason))),
    name: (name) => (known.has(name) ? name : line(name)),
    id: (id) => {
      if (id === null) return null;
      return typeof id.value === 'string' ? quoteJson(line(id.value)) : id.text;
    },
    args: (message, original = false) => {
      const given = readArguments(message.root);
      if (given === null) return null;
      const plain = (): string => escapeSeparators(message.text.slice(given.start, given.end));
      if (scanner === null || original) return plain();
      const scan = scanner.scanMessage(message.root, message.text);
      switch (scan.kind) {
        case 'clean':
          return plain();
        case 'redacted':
          return redactedArguments(scan.text);
        case 'refused':
          return WITHHELD;
      }
    },
  };
}

/** From the first backtick to the last: what is quoted may hold backticks itself. */
function withholdCut(reason: string): string {
  const [start, end] = [reason.indexOf('`'), reason.lastIndexOf('`')];
  if (end <= start || !reason.slice(start, end).includes('…')) return reason;
  return `${reason.slice(0, start)}\`[WITHHELD]\`${reason.slice(end + 1)}`;
}

function readArguments(root: JsonObject): JsonObject | null {
  const params = getMember(root, 'params');
  const args = params?.kind === 'object' ? getMember(params, 'arguments') : undefined;
  return args?.kind === 'object' ? args : null;
}

/** Nothing of the original is shown where the redacted text can't be understood. */
function redactedArguments(text: string): string {
  const read = readJson(text, { maxDepth: Number.MAX_SAFE_INTEGER });
  const args = read.ok && read.value.kind === 'object' ? readArguments(read.value) : null;
  return args === null ? WITHHELD : escapeSeparators(text.slice(args.start, args.end));
}
