import { getMember, type JsonNode, type JsonObject, readJson } from '@agentpolicy/core';
import { parseTimestamp } from '../time/parse-timestamp.ts';
import { findRaw } from './find-raw.ts';

/** One line of a trace, understood. */
export type TraceEntry =
  | {
      readonly kind: 'message';
      readonly from: 'client' | 'server';
      /** The message as it went over the wire. */
      readonly text: string;
      /** Empty where the line names no session. */
      readonly session: string;
      /** The HTTP exchange that the message was part of; null over stdio. */
      readonly exchange: string | null;
      /** Milliseconds since 1970; null where the line says nothing about time. */
      readonly time: number | null;
      /** What the line's own `expect` says. */
      readonly expect: JsonNode | null;
    }
  /** Standard error, the opening or closing of a stream: nothing to judge. */
  | { readonly kind: 'other' }
  | { readonly kind: 'malformed'; readonly code: string; readonly message: string; readonly offset: number };

const BARE_KEYS = ['jsonrpc', 'method', 'id', 'result', 'error', 'params'];

/**
 * Reads one line of a trace: an object with the fields `session_id`, `ts`, `direction` and `raw` (or `text`
 * with `unparsed`), or a bare JSON-RPC message. A bare message with a method is taken for the client's, one
 * without for the server's. The message inside is not judged here: it may be broken, repeat keys or nest
 * without end.
 */
export function readTraceLine(line: string): TraceEntry {
  const raw = findRaw(line);
  // The message is replaced by null: what is wrong inside it must not hide the envelope around it.
  const envelopeText = raw === undefined ? line : `${line.slice(0, raw.start)}null${line.slice(raw.end)}`;
  const read = readJson(envelopeText);
  if (!read.ok) {
    if (raw === undefined && isBareMessage(line)) return bareMessage(line, line.includes('"method"'));
    return {
      kind: 'malformed',
      code: read.error.code,
      message: read.error.message,
      offset: read.error.offset,
    };
  }
  if (read.value.kind === 'array') return bareMessage(line, true);
  if (read.value.kind !== 'object')
    return malformed('not-an-object', 'a trace line is a JSON object or a JSON-RPC message');
  if (getMember(read.value, 'direction') === undefined) return readBare(read.value, line);
  const rawNode = raw === undefined ? getMember(read.value, 'raw') : undefined;
  if (rawNode !== undefined) return readEnvelope(read.value, line.slice(rawNode.start, rawNode.end));
  return readEnvelope(read.value, raw === undefined ? undefined : line.slice(raw.start, raw.end));
}

function malformed(code: string, message: string, offset = 0): TraceEntry {
  return { kind: 'malformed', code, message, offset };
}

/** A line that can't be read, and starts like a message: the proxy would have to answer it. */
function isBareMessage(line: string): boolean {
  return /^\s*\{\s*"(?:jsonrpc|id|method)"\s*:/.test(line) && line.trimEnd().endsWith('}');
}

function bareMessage(line: string, fromClient: boolean): TraceEntry {
  const from = fromClient ? 'client' : 'server';
  return { kind: 'message', from, text: line, session: '', exchange: null, time: null, expect: null };
}

function readBare(value: JsonObject, line: string): TraceEntry {
  if (value.members.some((member) => BARE_KEYS.includes(member.key)))
    return bareMessage(line, getMember(value, 'method') !== undefined);
  return malformed('no-direction', 'the line has no `direction`, and is no JSON-RPC message either');
}

function readEnvelope(envelope: JsonObject, raw: string | undefined): TraceEntry {
  const { direction, session_id: session, conn_id: exchange, ts, text, expect } = pickMembers(envelope);
  if (direction?.kind !== 'string') return malformed('wrong-type', '`direction` is not a string');
  if (direction.value === 'stderr') return { kind: 'other' };
  if (direction.value !== 'c2s' && direction.value !== 's2c')
    return malformed('unknown-direction', '`direction` is not `c2s`, `s2c` or `stderr`', direction.start);
  if (session !== undefined && session.kind !== 'string')
    return malformed('wrong-type', '`session_id` is not a string', session.start);
  const time = readTime(ts);
  if (time === undefined)
    return malformed('bad-time', '`ts` is not a time such as `2026-01-31T10:00:00.000Z`');
  // A line of the wire that was no JSON stands in `text`, as it was.
  const message = raw ?? (text?.kind === 'string' ? text.value : undefined);
  if (message === undefined) return { kind: 'other' };
  return {
    kind: 'message',
    from: direction.value === 'c2s' ? 'client' : 'server',
    text: message,
    session: session?.value ?? '',
    exchange: exchange?.kind === 'string' ? exchange.value : null,
    time,
    expect: expect ?? null,
  };
}

type EnvelopeKey = 'direction' | 'session_id' | 'conn_id' | 'ts' | 'text' | 'expect';

/** The members that count, in one pass: a trace holds an envelope on every line. */
function pickMembers(envelope: JsonObject): { readonly [key in EnvelopeKey]: JsonNode | undefined } {
  const found: { [key in EnvelopeKey]: JsonNode | undefined } = {
    direction: undefined,
    session_id: undefined,
    conn_id: undefined,
    ts: undefined,
    text: undefined,
    expect: undefined,
  };
  for (const { key, value } of envelope.members) {
    switch (key) {
      case 'direction':
      case 'session_id':
      case 'conn_id':
      case 'ts':
      case 'text':
      case 'expect':
        found[key] = value;
    }
  }
  return found;
}

/** Null where there is no time, undefined where there is one that can't be understood. */
function readTime(node: JsonNode | undefined): number | null | undefined {
  if (node === undefined || node.kind === 'null') return null;
  return node.kind === 'string' ? parseTimestamp(node.value) : undefined;
}
