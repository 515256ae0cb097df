import { quoteJson } from '@agentpolicy/core';
import type { Engine } from '@agentpolicy/engine';
import { applyEdits, type Message, readMessage, readToolCall, type Side } from '@agentpolicy/message';
import type { Mask } from './mask.ts';

/** What a line of the wire became in the trace. */
export interface RedactedLine {
  readonly text: string;
  /** How often each pattern was found, by its name. */
  readonly counts: ReadonlyMap<string, number>;
  /** A replay may decide otherwise about the text than about the line. */
  readonly inexact: boolean;
}

export interface LineRedactor {
  /** Null where nothing is found. `isJson`: a JSON reader understands the line. */
  redact(line: string, from: Side, isJson: boolean): RedactedLine | null;
  /** Text that is no message. */
  redactText(text: string): string;
}

/**
 * Replaces secrets in messages: in every string and key, whatever the message is, so that one that breaks the
 * rules loses its secrets too. Everything else stays byte for byte. Where a policy is known, it is asked
 * whether it decides the same about what is left.
 */
export function createLineRedactor(mask: Mask, judge: Engine | null): LineRedactor {
  const redactText = (text: string): string => mask(text)?.text ?? text;
  return {
    redactText,
    redact(line, from, isJson) {
      const counts = new Map<string, number>();
      let keepsShape = true;
      const maskInto = (text: string): string | null => {
        const masked = mask(text);
        if (masked === null) return null;
        for (const [name, count] of masked.counts) counts.set(name, (counts.get(name) ?? 0) + count);
        keepsShape &&= masked.keepsShape;
        return masked.text;
      };
      let text = redactStrings(line, maskInto);
      // What is no JSON may hold secrets outside of strings.
      if (!isJson) text = maskInto(text) ?? text;
      if (counts.size === 0) return null;
      return { text, counts, inexact: !isSame(line, text, from, keepsShape, judge) };
    },
  };
}

/** Passes every string literal through the mask, decoded: escapes hide nothing. */
function redactStrings(line: string, mask: (text: string) => string | null): string {
  const edits = [];
  for (let start = line.indexOf('"'); start !== -1; ) {
    const end = findStringEnd(line, start);
    if (end === -1) break;
    const value = decode(line.slice(start, end));
    const masked = value === null ? null : mask(value);
    if (masked !== null) edits.push({ start, end, newText: quoteJson(masked) });
    start = line.indexOf('"', end);
  }
  return applyEdits(line, edits);
}

/** Behind the closing quote; -1 where the string does not end. */
function findStringEnd(line: string, start: number): number {
  for (let at = start + 1; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) return at + 1;
  }
  return -1;
}

function decode(literal: string): string | null {
  try {
    return String(JSON.parse(literal));
  } catch {
    return null;
  }
}

function isSame(
  line: string,
  redacted: string,
  from: Side,
  keepsShape: boolean,
  judge: Engine | null,
): boolean {
  const before = readMessage(line, from);
  const after = readMessage(redacted, from);
  if (identify(before) !== identify(after)) return false;
  if (judge !== null && from === 'client') return decide(judge, before) === decide(judge, after);
  return keepsShape;
}

/** What of a message decides about more than its content: its kind, its id, its method, its tool. */
function identify(message: Message): string {
  switch (message.kind) {
    case 'batch':
      return `[${message.elements.map(identify).join(',')}]`;
    case 'invalid':
      return `invalid ${message.code} ${message.id?.key ?? ''}`;
    case 'response':
      return `response ${message.id?.key ?? ''} ${message.outcome.kind}`;
    case 'request':
    case 'notification': {
      const id = message.kind === 'request' ? message.id.key : '';
      const call = message.normalizedMethod === 'tools/call' ? readToolCall(message) : undefined;
      const tool = call === undefined ? '' : call.ok ? call.call.normalizedName : `invalid ${call.code}`;
      return `${message.kind} ${id} ${message.normalizedMethod} ${tool}`;
    }
  }
}

/** What the policy says of it, apart from rate limits. */
function decide(engine: Engine, message: Message): string {
  if (message.kind === 'batch') return message.elements.map((element) => decide(engine, element)).join(',');
  if (message.kind !== 'request' && message.kind !== 'notification') return '';
  const call = message.normalizedMethod === 'tools/call' ? readToolCall(message) : undefined;
  if (call?.ok !== true) return engine.decideMethod(message.method).decision;
  const { name, arguments: args } = call.call;
  const { decision, reason, pointer } = engine.decideToolCall({ name, args, free: true });
  return `${decision} ${reason.kind} ${pointer ?? ''}`;
}
