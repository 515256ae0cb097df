import { createLineReader, type LineEvent, readMessage, type Side } from '@agentpolicy/message';
import type { LineRedactor } from './redact-line.ts';
import type { TraceFile } from './trace-file.ts';
import {
  formatTraceLine,
  type TraceDirection,
  type TraceLabels,
  type TraceLineContent,
} from './trace-line.ts';

/** A line of standard error past this is shown with its beginning and its end. */
const MAX_STDERR_LINE = 1 << 20;

/** As much of a line that is no message is kept: escaped, it takes several times the room. */
const MAX_UNPARSED = 1 << 20;

/** Requests whose answers are watched for. */
const MAX_OPEN = 50_000;

export interface RecordingOptions extends TraceLabels {
  readonly file: TraceFile;
  /** Null: everything is written as it passed. */
  readonly redactor: LineRedactor | null;
  readonly now: () => Date;
  readonly maxLineBytes: number;
}

/** Writes down what passes. Takes bytes, cut anywhere; each line is written when it ends. */
export interface Recording {
  take(direction: TraceDirection, chunk: Uint8Array): void;
  /** No more bytes come from there: a last line without a line feed counts. */
  end(direction: TraceDirection): void;
  /** The client waits for an answer. */
  readonly hasPending: () => boolean;
}

/** Starts a recording in which nothing was said yet. */
export function createRecording(options: RecordingOptions): Recording {
  const { maxLineBytes, now, file } = options;
  const readers = {
    c2s: createLineReader({ maxBytes: maxLineBytes }),
    s2c: createLineReader({ maxBytes: maxLineBytes }),
    stderr: createLineReader({ maxBytes: MAX_STDERR_LINE }),
  };
  const open = new Set<string>();
  let seq = 0;

  const write = (direction: TraceDirection, events: readonly LineEvent[]): void => {
    if (events.length === 0) return;
    const timestamp = now().toISOString();
    file.append(
      events.map((event) => {
        if (direction !== 'stderr' && event.kind === 'line') followRequests(open, event.text, direction);
        const content = describeLine(direction, event, options.redactor);
        seq++;
        return formatTraceLine(options, seq, timestamp, content);
      }),
    );
  };
  return {
    take: (direction, chunk) => write(direction, readers[direction].push(chunk)),
    end: (direction) => write(direction, readers[direction].end()),
    hasPending: () => open.size > 0,
  };
}

function followRequests(open: Set<string>, text: string, direction: 'c2s' | 's2c'): void {
  const message = readMessage(text, sideOf(direction));
  for (const each of message.kind === 'batch' ? message.elements : [message]) {
    if (direction === 'c2s' && each.kind === 'request' && open.size < MAX_OPEN) open.add(each.id.key);
    if (direction === 's2c' && each.kind === 'response' && each.id !== null) open.delete(each.id.key);
  }
}

function sideOf(direction: 'c2s' | 's2c'): Side {
  return direction === 'c2s' ? 'client' : 'server';
}

function describeLine(
  direction: TraceDirection,
  event: LineEvent,
  redactor: LineRedactor | null,
): TraceLineContent {
  switch (event.kind) {
    case 'too-long': {
      const { head, tail, bytes } = event;
      const text = redactText(redactor, `${head}…${tail}`);
      return { direction, form: 'unparsed', text, inexact: 'too-long', bytes };
    }
    case 'invalid-utf8': {
      // It must not become a message that a replay takes for a whole one: the line's end is no JSON's.
      const text = isJson(event.text) ? `${event.text}\ufffd` : event.text;
      return { ...describeUnparsed(direction, text, redactor), inexact: 'invalid-utf8' };
    }
    case 'line':
      if (direction === 'stderr')
        return { ...describeUnparsed(direction, event.text, redactor), form: 'text' };
      if (!isJson(event.text)) return describeUnparsed(direction, event.text, redactor);
      return describeMessage(direction, event.text, redactor);
  }
}

function redactText(redactor: LineRedactor | null, text: string): string {
  return redactor === null ? text : redactor.redactText(text);
}

function describeMessage(
  direction: 'c2s' | 's2c',
  line: string,
  redactor: LineRedactor | null,
): TraceLineContent {
  // White space around a message would be lost around a value: some of it makes a message unacceptable.
  const form = line === line.trim() ? 'raw' : 'text';
  const redacted = redactor?.redact(line, sideOf(direction), true) ?? null;
  if (redacted === null) return { direction, form, text: line };
  const { text, counts, inexact } = redacted;
  return { direction, form, text, redacted: counts, ...(inexact ? { inexact: 'redacted' } : {}) };
}

function describeUnparsed(
  direction: TraceDirection,
  line: string,
  redactor: LineRedactor | null,
): TraceLineContent {
  const side = direction === 'c2s' ? 'client' : 'server';
  const redacted = redactor?.redact(line, side, false) ?? null;
  const text = redacted?.text ?? line;
  const isLong = text.length > MAX_UNPARSED;
  return {
    direction,
    form: 'unparsed',
    text: isLong ? `${text.slice(0, MAX_UNPARSED)}…` : text,
    ...(redacted === null ? {} : { redacted: redacted.counts }),
    ...(isLong
      ? { inexact: 'too-long', bytes: Buffer.byteLength(line) }
      : redacted?.inexact === true && direction !== 'stderr'
        ? { inexact: 'redacted' }
        : {}),
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
