import { closeSync, constants, fchmodSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { ProxyError } from '../errors/proxy-error.ts';
import { type AuditContext, type AuditRecord, formatRecord } from './record.ts';
import type { AuditFailure, AuditSink } from './sink.ts';

const OWNER_ONLY = 0o600;
const LINE_FEED = 0x0a;

export interface AuditFileOptions extends AuditContext {
  readonly path: string;
  readonly now: () => Date;
  /** Writes bytes to the file; for tests of a disk that fails. */
  readonly write?: (descriptor: number, bytes: Uint8Array, offset: number) => number;
}

/**
 * Opens the audit log for appending; a new file can be read by its owner only. Records of one call to
 * `append` go to the file in one write where the system takes them whole.
 * @throws ProxyError `audit-file` where the path can't be opened, is a symbolic link, or is no regular file.
 */
export function openAuditFile(options: AuditFileOptions): AuditSink {
  return new AuditFile(options);
}

class AuditFile implements AuditSink {
  private readonly options: AuditFileOptions;
  private readonly write: (descriptor: number, bytes: Uint8Array, offset: number) => number;
  private descriptor: number | null;
  /** The file ends within a record, left by a write that failed half-way: the next one starts a new line. */
  private torn: boolean;

  constructor(options: AuditFileOptions) {
    this.options = options;
    this.write = options.write ?? ((descriptor, bytes, offset) => writeSync(descriptor, bytes, offset));
    this.descriptor = openForAppend(options.path);
    this.torn = !endsWithLineFeed(this.descriptor);
  }

  append(records: readonly AuditRecord[]): AuditFailure | null {
    if (records.length === 0) return null;
    if (this.descriptor === null) return { message: 'the audit log is closed' };
    if (isRemoved(this.descriptor)) return { message: `the audit log ${this.options.path} was removed` };
    const timestamp = this.options.now().toISOString();
    let text = this.torn ? '\n' : '';
    for (const record of records) text += formatRecord(record, timestamp, this.options);
    try {
      this.writeAll(this.descriptor, Buffer.from(text));
      return null;
    } catch (cause) {
      return { message: `can't write the audit log ${this.options.path}: ${describe(cause)}` };
    }
  }

  private writeAll(descriptor: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const written = this.write(descriptor, bytes, at);
      at += written;
      if (written > 0) this.torn = bytes[at - 1] !== LINE_FEED;
      else throw new Error('the system wrote nothing');
    }
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }
}

/** O_NOFOLLOW and O_NONBLOCK don't exist on Windows, where they count as zero. */
function openForAppend(path: string): number {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_RDWR | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);
  let descriptor: number;
  try {
    descriptor = openSync(path, flags, OWNER_ONLY);
  } catch (cause) {
    throw new ProxyError(
      'audit-file',
      `can't open the audit log ${path}: ${describe(cause)}${remedyFor(cause)}`,
    );
  }
  const stat = fstatSync(descriptor);
  if (!stat.isFile()) {
    closeSync(descriptor);
    throw new ProxyError('audit-file', `the audit log ${path} is not a regular file; give the path of one`);
  }
  // An empty file is as good as new: whatever made it, what is written from now on is for the owner's eyes.
  if (stat.size === 0) fchmodSync(descriptor, OWNER_ONLY);
  return descriptor;
}

/** What is written to a file without a name is lost. */
function isRemoved(descriptor: number): boolean {
  return fstatSync(descriptor).nlink === 0;
}

function endsWithLineFeed(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  if (size === 0) return true;
  const last = new Uint8Array(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last[0] === LINE_FEED;
}

function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

function describe(cause: unknown): string {
  return errorCode(cause) || (cause instanceof Error ? cause.message : String(cause));
}

function remedyFor(cause: unknown): string {
  switch (errorCode(cause)) {
    case 'ELOOP':
      return ' (it is a symbolic link; give the path of the file itself)';
    case 'EISDIR':
      return ' (it is a directory; give the path of a file)';
    case 'ENOENT':
      return ' (its directory does not exist; create it first)';
    case 'EACCES':
    case 'EROFS':
    case 'EPERM':
      return ' (this user may not write there)';
    default:
      return '';
  }
}
