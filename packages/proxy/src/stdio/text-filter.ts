import { StringDecoder } from 'node:string_decoder';
import type { Scanner } from '@agentpolicy/engine';

/** A line longer than this is passed on in pieces. */
const MAX_HELD = 64 * 1024;

/** How much of a long line stays behind to be scanned with what follows. */
const OVERLAP = 4 * 1024;

/** What the scanner found in a piece of text. */
export interface TextFilter {
  /** Takes bytes in any chunking; gives back what may be shown. */
  push(chunk: Uint8Array): string;
  /** The rest, when nothing more comes. */
  end(): string;
}

/**
 * Passes text through the scanner line by line, so that a secret that was written in two pieces is found.
 * A line past 64 KiB goes on in pieces that overlap by 4 KiB: a match longer than that may be cut. A pattern
 * that spans lines finds nothing here.
 */
export function createTextFilter(
  scanner: Pick<Scanner, 'scanText'>,
  onEvent: (rule: string, count: number) => void,
): TextFilter {
  const decoder = new StringDecoder('utf8');
  let held = '';

  const scan = (text: string): string => {
    const result = scanner.scanText(text);
    for (const event of result.events) onEvent(event.rule, event.count);
    return result.text;
  };

  /** Each line by itself: what the policy limits is the size of one, not of a chunk. */
  const scanLines = (text: string): string => {
    let shown = '';
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at) + 1;
      shown += `${scan(text.slice(at, end - 1))}\n`;
      at = end;
    }
    return shown;
  };

  const take = (text: string): string => {
    const whole = text.lastIndexOf('\n') + 1;
    let shown = '';
    if (whole > 0) {
      shown = scanLines(held + text.slice(0, whole));
      held = '';
    }
    held += text.slice(whole);
    if (held.length > MAX_HELD) {
      const scanned = scan(held);
      const cut = cutBefore(scanned, scanned.length - OVERLAP);
      shown += scanned.slice(0, cut);
      held = scanned.slice(cut);
    }
    return shown;
  };

  return {
    push: (chunk) => take(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end: () => {
      const shown = take(decoder.end());
      const rest = held === '' ? '' : scan(held);
      held = '';
      return shown + rest;
    },
  };
}

/** A place to cut at that leaves no surrogate pair in two. */
function cutBefore(text: string, at: number): number {
  if (at <= 0) return 0;
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code < 0xe000 ? at - 1 : at;
}
