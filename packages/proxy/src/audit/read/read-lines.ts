import { closeSync, openSync, readSync } from 'node:fs';
import { describeCause } from '../../errors/describe-cause.ts';
import { ProxyError } from '../../errors/proxy-error.ts';

const LINE_FEED = 0x0a;
const CHUNK = 1 << 16;
/** No record is this long: what is, is no audit log. */
const LONGEST_LINE = 256 * 1024 * 1024;

/**
 * The lines of a file as bytes, without their line feeds; the last may lack one.
 * @throws ProxyError `audit-file` where the file can't be read.
 */
export function* readLines(path: string): Generator<Buffer> {
  const descriptor = open(path);
  try {
    let parts: Buffer[] = [];
    let length = 0;
    for (;;) {
      const chunk = readChunk(descriptor, path);
      if (chunk.length === 0) break;
      let at = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, at)) {
        yield Buffer.concat([...parts, chunk.subarray(at, end)]);
        parts = [];
        length = 0;
        at = end + 1;
      }
      if (at < chunk.length) parts.push(chunk.subarray(at));
      length += chunk.length - at;
      if (length > LONGEST_LINE)
        throw new ProxyError('audit-file', `a line of ${path} is too long for an audit log`);
    }
    if (length > 0) yield Buffer.concat(parts);
  } finally {
    closeSync(descriptor);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new ProxyError('audit-file', `can't read ${path}: ${describeCause(cause)}`);
  }
}

function readChunk(descriptor: number, path: string): Buffer {
  const chunk = Buffer.allocUnsafe(CHUNK);
  try {
    return chunk.subarray(0, readSync(descriptor, chunk, 0, CHUNK, null));
  } catch (cause) {
    throw new ProxyError('audit-file', `can't read ${path}: ${describeCause(cause)}`);
  }
}
