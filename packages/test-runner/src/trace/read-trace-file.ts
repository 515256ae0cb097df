import { closeSync, openSync, readSync } from 'node:fs';
import { notReadable } from '../files/find-files.ts';
import { numberLines, type TraceLine } from './number-lines.ts';

const CHUNK_BYTES = 64 * 1024;

/**
 * Reads the lines of a trace, holding no more than one of them in memory. Blank lines are counted and left out.
 * `onBytes` is told of every stretch of the file that was read, in bytes.
 * @throws TestRunnerError `not-readable`.
 */
export function readTraceFile(
  path: string,
  onBytes: (bytes: number) => void = () => {},
): Generator<TraceLine> {
  return numberLines(readChunks(path, onBytes));
}

/** The lines of a text. */
export function readTraceText(text: string): Generator<TraceLine> {
  return numberLines([Buffer.from(text)]);
}

/** Every chunk is good until the next one is asked for. */
function* readChunks(path: string, onBytes: (bytes: number) => void): Generator<Buffer> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = openTrace(path);
  try {
    for (let bytes = readChunk(file, chunk, path); bytes > 0; bytes = readChunk(file, chunk, path)) {
      onBytes(bytes);
      yield chunk.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
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
