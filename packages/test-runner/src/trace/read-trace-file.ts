import { closeSync, openSync, readSync } from 'node:fs';
import { createLineReader, type LineEvent } from '@agentpolicy/message';
import { notReadable } from '../files/find-files.ts';

/** A line of a trace; counted from 1. */
export interface TraceLine {
  readonly number: number;
  readonly event: LineEvent;
}

/** A recorded message may have 16 MiB, and its envelope adds to that. */
export const MAX_TRACE_LINE_BYTES = 20 * 1024 * 1024;

const CHUNK_BYTES = 256 * 1024;

/**
 * Reads the lines of a trace, holding no more than one of them in memory. Empty lines are counted and left out.
 * @throws TestRunnerError `not-readable`.
 */
export function* readTraceFile(path: string): Generator<TraceLine> {
  const reader = createLineReader({ maxBytes: MAX_TRACE_LINE_BYTES });
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = openTrace(path);
  let number = 0;
  try {
    for (;;) {
      const bytes = readChunk(file, chunk, path);
      const events = bytes === 0 ? reader.end() : reader.push(chunk.subarray(0, bytes));
      for (const event of events) {
        number++;
        if (event.kind === 'line' && event.text.trim() === '') continue;
        yield { number, event };
      }
      if (bytes === 0) return;
    }
  } finally {
    closeSync(file);
  }
}

/** The lines of a text. */
export function* readTraceText(text: string): Generator<TraceLine> {
  const reader = createLineReader({ maxBytes: MAX_TRACE_LINE_BYTES });
  let number = 0;
  for (const event of [...reader.push(Buffer.from(text)), ...reader.end()]) {
    number++;
    if (event.kind === 'line' && event.text.trim() === '') continue;
    yield { number, event };
  }
}

function openTrace(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw notReadable(path, cause);
  }
}

function readChunk(file: number, chunk: Buffer, path: string): number {
  try {
    return readSync(file, chunk);
  } catch (cause) {
    throw notReadable(path, cause);
  }
}
