import { closeSync, readSync } from 'node:fs';
import { notReadable } from '../files/find-files.ts';
import { openFile } from '../files/read-file.ts';
import { numberLines, type TraceLine } from './number-lines.ts';

const CHUNK_BYTES = 64 * 1024;

export interface TraceFileOptions {
  /** Is told of every stretch of the file that was read, in bytes. */
  readonly onBytes?: (bytes: number) => void;
  /** Waits for the writer of a named pipe, as shells make them for `<(…)`. It can be read once. */
  readonly pipes?: boolean;
}

/**
 * Reads the lines of a trace, holding no more than one of them in memory. Blank lines are counted and left out.
 * @throws TestRunnerError `not-readable`, also for what is no file: a device has no end.
 */
export function readTraceFile(path: string, options: TraceFileOptions = {}): Generator<TraceLine> {
  return numberLines(readChunks(path, options));
}

/** The lines of a text. */
export function readTraceText(text: string): Generator<TraceLine> {
  return numberLines([Buffer.from(text)]);
}

/** Every chunk is good until the next one is asked for. */
function* readChunks(path: string, { onBytes, pipes = false }: TraceFileOptions): Generator<Buffer> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = openTrace(path, pipes);
  try {
    for (let bytes = readChunk(file, chunk, path); bytes > 0; bytes = readChunk(file, chunk, path)) {
      onBytes?.(bytes);
      yield chunk.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
  }
}

function openTrace(path: string, pipes: boolean): number {
  try {
    return openFile(path, { pipes });
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
