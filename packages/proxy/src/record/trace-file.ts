import { closeSync, constants, existsSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { extname } from 'node:path';
import { errorCode } from '../errors/describe-cause.ts';
import { ProxyError } from '../errors/proxy-error.ts';

const OWNER_ONLY = 0o600;
const LINE_FEED = 0x0a;

export interface TraceFileOptions {
  readonly path: string;
  /** Go on in a file that exists; without it such a file is refused. */
  readonly append: boolean;
  /** Past so many bytes the trace goes on in another file, `NAME.2.jsonl`; never unless told. */
  readonly maxBytes?: number;
  /** Told once when lines can't be written, and when they can again. */
  readonly onTrouble: (message: string) => void;
  /** Writes bytes to the file; for tests of a disk that fails. */
  readonly write?: (descriptor: number, bytes: Uint8Array, offset: number) => number;
}

/** The file that a recording goes to. What it holds is for its owner only. */
export interface TraceFile {
  /** Writes lines that end with a line feed. Never throws: the traffic goes on whatever happens to its recording. */
  append(lines: readonly string[]): void;
  /** How many lines could not be written. */
  readonly lost: number;
  close(): void;
}

/**
 * Opens the file of a recording.
 * @throws ProxyError `trace-file` where it exists and is not to be appended to, or can't be opened.
 */
export function openTraceFile(options: TraceFileOptions): TraceFile {
  return new RotatingFile(options);
}

class RotatingFile implements TraceFile {
  lost = 0;
  private readonly options: TraceFileOptions;
  private readonly write: (descriptor: number, bytes: Uint8Array, offset: number) => number;
  private part = 1;
  private descriptor: number;
  private size: number;
  /** The file ends within a line: the next one starts a line of its own. */
  private torn: boolean;
  private failing = false;

  constructor(options: TraceFileOptions) {
    this.options = options;
    this.write = options.write ?? ((descriptor, bytes, offset) => writeSync(descriptor, bytes, offset));
    if (options.append) {
      while (existsSync(nameOfPart(options.path, this.part + 1))) this.part++;
    }
    this.descriptor = open(nameOfPart(options.path, this.part), options.append);
    const { size, torn } = lookAtEnd(this.descriptor);
    this.size = size;
    this.torn = torn;
  }

  append(lines: readonly string[]): void {
    try {
      let waiting: string[] = [];
      let bytes = 0;
      const { maxBytes } = this.options;
      for (const line of lines) {
        const length = Buffer.byteLength(line);
        if (maxBytes !== undefined && this.size + bytes > 0 && this.size + bytes + length > maxBytes) {
          this.writeLines(waiting);
          waiting = [];
          bytes = 0;
          this.rotate();
        }
        waiting.push(line);
        bytes += length;
      }
      this.writeLines(waiting);
      if (this.failing) this.options.onTrouble(`the trace can be written again; ${this.lost} lines are lost`);
      this.failing = false;
    } catch (cause) {
      this.lost += lines.length;
      if (!this.failing) this.options.onTrouble(`the trace can't be written: ${describe(cause)}`);
      this.failing = true;
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private writeLines(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const bytes = Buffer.from((this.torn ? '\n' : '') + lines.join(''));
    for (let at = 0; at < bytes.length; ) {
      const written = this.write(this.descriptor, bytes, at);
      if (written === 0) throw new Error('the system wrote nothing');
      at += written;
      this.size += written;
      this.torn = bytes[at - 1] !== LINE_FEED;
    }
  }

  private rotate(): void {
    const next = open(nameOfPart(this.options.path, this.part + 1), false);
    closeSync(this.descriptor);
    this.part++;
    this.descriptor = next;
    this.size = 0;
    this.torn = false;
  }
}

/** The first part has the path itself; the second of `a.jsonl` is `a.2.jsonl`. */
export function nameOfPart(path: string, part: number): string {
  if (part === 1) return path;
  const ending = extname(path);
  return `${path.slice(0, path.length - ending.length)}.${part}${ending}`;
}

/** O_NOFOLLOW and O_NONBLOCK don't exist on Windows, where they count as zero. */
function open(path: string, append: boolean): number {
  const { O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_RDWR | O_APPEND | O_CREAT | (append ? 0 : O_EXCL) | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);
  let descriptor: number;
  try {
    descriptor = openSync(path, flags, OWNER_ONLY);
  } catch (cause) {
    throw new ProxyError('trace-file', `can't write the trace ${path}: ${describe(cause)}`);
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new ProxyError('trace-file', `the trace ${path} is not a regular file; give the path of one`);
}

function lookAtEnd(descriptor: number): { readonly size: number; readonly torn: boolean } {
  const { size } = fstatSync(descriptor);
  if (size === 0) return { size, torn: false };
  const last = new Uint8Array(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return { size, torn: last[0] !== LINE_FEED };
}

function describe(cause: unknown): string {
  switch (errorCode(cause)) {
    case 'EEXIST':
      return 'it exists; add --append to go on in it, or give another name';
    case 'ELOOP':
      return 'it is a symbolic link; give the path of the file itself';
    case 'EISDIR':
      return 'it is a folder; give the path of a file';
    case 'ENOENT':
      return 'its folder does not exist; create it first';
    case 'EACCES':
    case 'EROFS':
    case 'EPERM':
      return 'this user may not write there';
    case 'ENOSPC':
      return 'no space is left';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
