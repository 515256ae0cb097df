import { createLineReader, type LineEvent } from '@agentpolicy/message';

/** A line of a trace; counted from 1. */
export interface TraceLine {
  readonly number: number;
  readonly event: LineEvent;
}

/** A recorded message may have 16 MiB, and its envelope adds to that. */
export const MAX_TRACE_LINE_BYTES = 20 * 1024 * 1024;

const LF = 0x0a;

/** A blank line starts with one of these, behind the end of the line before it. */
const BLANK_STARTS = ['\n', '\r', ' ', '\t'];

/** Cuts the chunks of a trace into lines. Blank lines are counted and left out. */
export function* numberLines(chunks: Iterable<Buffer>): Generator<TraceLine> {
  const reader = createLineReader({ maxBytes: MAX_TRACE_LINE_BYTES });
  let number = 0;
  for (const chunk of chunks) {
    if (!mayHoldBlankLine(chunk)) {
      for (const event of reader.push(chunk)) yield { number: ++number, event };
      continue;
    }
    // Line by line, since the reader does not tell of the blank ones.
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      number++;
      for (const event of reader.push(chunk.subarray(start, end + 1))) yield { number, event };
      start = end + 1;
    }
    reader.push(chunk.subarray(start));
  }
  for (const event of reader.end()) yield { number: ++number, event };
}

function mayHoldBlankLine(chunk: Buffer): boolean {
  return BLANK_STARTS.some((start) => chunk[0] === start.charCodeAt(0) || chunk.includes(`\n${start}`));
}
