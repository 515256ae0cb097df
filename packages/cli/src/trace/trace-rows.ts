import { getMember, type JsonNode, type JsonObject, readJson } from '@agentpolicy/core';
import { type Message, readMessage, readToolCall, type SingleMessage } from '@agentpolicy/message';
import { readTraceFile, readTraceLine } from '@agentpolicy/test-runner';

/** One message of a trace, or one line that is none, for people. */
export interface TraceRow {
  readonly line: number;
  readonly session: string;
  /** Milliseconds since 1970. */
  readonly time: number | null;
  readonly kind: 'request' | 'notification' | 'response' | 'invalid' | 'stderr' | 'transport' | 'damaged';
  readonly from: 'client' | 'server' | null;
  /** Of an answer: the method that it answers. */
  readonly method: string | null;
  /** The tool that is called, or whose call is answered. */
  readonly tool: string | null;
  /** Arguments, an error, a line of text: one line, and as it was, so not fit for a terminal. */
  readonly detail: string;
  /** An answer that is an error, of the protocol's or of the tool's. */
  readonly failed: boolean;
  readonly bytes: number;
  /** What was taken out, by pattern. */
  readonly redacted: ReadonlyMap<string, number>;
  /** Why a replay may decide otherwise. */
  readonly inexact: string | null;
}

/** Calls that are waited for, so that an answer can be named; the oldest are forgotten. */
const MAX_OPEN = 10_000;
const MAX_DETAIL = 2000;

/**
 * Reads the rows of a trace, one line at a time.
 * @throws TestRunnerError `not-readable`.
 */
export function* readTraceRows(path: string): Generator<TraceRow> {
  const open = new Map<string, Pick<TraceRow, 'method' | 'tool'>>();
  for (const { number, event } of readTraceFile(path, { pipes: true })) {
    if (event.kind !== 'line') {
      const detail = event.kind === 'too-long' ? 'the line is too long' : 'the line is not UTF-8';
      yield damaged(number, detail, event.bytes);
      continue;
    }
    const entry = readTraceLine(event.text);
    if (entry.kind === 'malformed') yield damaged(number, entry.message, event.bytes);
    else if (entry.kind === 'other') yield describeOther(number, event.text, event.bytes);
    else {
      const envelope = readEnvelope(event.text);
      const base = {
        line: number,
        session: entry.session,
        time: entry.time,
        from: entry.from,
        bytes: event.bytes,
        ...readMarks(envelope),
      };
      for (const each of listMessages(readMessage(entry.text, entry.from)))
        yield { ...base, ...describeMessage(each, entry.session, open) };
    }
  }
}

const NO_MARKS = { redacted: new Map<string, number>(), inexact: null } as const;

function damaged(line: number, detail: string, bytes: number): TraceRow {
  const nothing = { session: '', time: null, from: null, method: null, tool: null, failed: false } as const;
  return { line, kind: 'damaged', detail, bytes, ...nothing, ...NO_MARKS };
}

/** Undefined for a bare message, and for one that this reader refuses: then nothing is known besides it. */
function readEnvelope(line: string): JsonObject | undefined {
  const marked = line.includes('"redacted":') || line.includes('"inexact":') || line.includes('"stderr"');
  const read = marked || !line.includes('"raw":') ? readJson(line) : undefined;
  return read?.ok === true && read.value.kind === 'object' ? read.value : undefined;
}

function readMarks(envelope: JsonObject | undefined): Pick<TraceRow, 'redacted' | 'inexact'> {
  if (envelope === undefined) return NO_MARKS;
  const redacted = getMember(envelope, 'redacted');
  const counts = redacted?.kind === 'object' ? redacted.members : [];
  return {
    redacted: new Map(
      counts.map(({ key, value }) => [key, value.kind === 'number' ? Number(value.literal) : 1]),
    ),
    inexact: readText(getMember(envelope, 'inexact')) ?? null,
  };
}

function readText(node: JsonNode | undefined): string | undefined {
  return node?.kind === 'string' ? node.value : undefined;
}

/** Standard error, or the opening and closing of a stream. */
function describeOther(line: number, text: string, bytes: number): TraceRow {
  const envelope = readEnvelope(text);
  const member = (key: string): string | undefined =>
    envelope === undefined ? undefined : readText(getMember(envelope, key));
  const time = Date.parse(member('ts') ?? '');
  const isStderr = member('direction') === 'stderr';
  return {
    line,
    session: member('session_id') ?? '',
    time: Number.isNaN(time) ? null : time,
    kind: isStderr ? 'stderr' : 'transport',
    from: isStderr || member('direction') === 's2c' ? 'server' : 'client',
    method: null,
    tool: null,
    detail: isStderr ? (member('text') ?? '') : 'stream opened or closed',
    failed: false,
    bytes,
    ...readMarks(envelope),
  };
}

function listMessages(message: Message): readonly SingleMessage[] {
  return message.kind === 'batch' ? message.elements : [message];
}

type Described = Pick<TraceRow, 'kind' | 'method' | 'tool' | 'detail' | 'failed'>;

function describeMessage(
  message: SingleMessage,
  session: string,
  open: Map<string, Pick<TraceRow, 'method' | 'tool'>>,
): Described {
  switch (message.kind) {
    case 'invalid':
      return { kind: 'invalid', method: null, tool: null, detail: message.reason, failed: true };
    case 'response': {
      const asker = message.from === 'server' ? 'client' : 'server';
      const asked = open.get(`${session} ${asker} ${message.id?.key ?? ''}`);
      const { outcome } = message;
      const failed = outcome.kind === 'error' || isToolError(outcome.value);
      const { start, end } = outcome.value;
      const detail = message.text.slice(start, Math.min(end, start + MAX_DETAIL));
      return { kind: 'response', method: asked?.method ?? null, tool: asked?.tool ?? null, detail, failed };
    }
    case 'request':
    case 'notification': {
      const call = message.normalizedMethod === 'tools/call' ? readToolCall(message) : undefined;
      const tool = call?.ok === true ? call.call.name : null;
      const shown = call?.ok === true ? call.call.arguments : message.params;
      const { method } = message;
      if (message.kind === 'request')
        remember(open, `${session} ${message.from} ${message.id.key}`, { method, tool });
      const detail =
        shown === undefined || shown.end <= shown.start
          ? ''
          : message.text.slice(shown.start, Math.min(shown.end, shown.start + MAX_DETAIL));
      return { kind: message.kind, method, tool, detail, failed: false };
    }
  }
}

function remember<Value>(open: Map<string, Value>, key: string, value: Value): void {
  const [oldest] = open.size < MAX_OPEN ? [] : open.keys();
  if (oldest !== undefined) open.delete(oldest);
  open.set(key, value);
}

function isToolError(result: JsonNode): boolean {
  const flag = result.kind === 'object' ? getMember(result, 'isError') : undefined;
  return flag?.kind === 'boolean' && flag.value;
}
