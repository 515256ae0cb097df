import { type KeyObject, randomUUID } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, writeSync } from 'node:fs';
import { describeCause } from '../errors/describe-cause.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { formatCheckpoint } from './chain/checkpoint.ts';
import {
  formatClosed,
  formatContinued,
  formatResumed,
  formatRotated,
  formatSession,
} from './chain/events.ts';
import { type Head, seal } from './chain/link.ts';
import type { Torn } from './chain/torn.ts';
import { type Lock, takeLock } from './file/lock.ts';
import { openForAppend } from './file/open-for-append.ts';
import { readTail, type Tail } from './file/read-tail.ts';
import { findPredecessor, rotate } from './file/rotated-files.ts';
import { type FsyncPolicy, Syncer } from './file/syncer.ts';
import { type AuditContext, type AuditRecord, formatRecord } from './record.ts';
import type { AuditFailure, AuditSink } from './sink.ts';

const DEFAULT_CHECKPOINT_EVERY = 1000;

export interface AuditFileOptions extends AuditContext {
  readonly path: string;
  readonly now: () => Date;
  /** `interval` unless told. */
  readonly fsync?: FsyncPolicy;
  /** Bytes at which a file is finished and the next one begun; never unless told. */
  readonly maxBytes?: number;
  /** Signs checkpoints; without it, there are none. */
  readonly signingKey?: KeyObject;
  /** A file that gets a copy of every checkpoint, best on another disk than the log. */
  readonly checkpointPath?: string;
  /** Records between two checkpoints; 1000 unless told. */
  readonly checkpointEvery?: number;
  /** Names a run of the proxy. */
  readonly createSessionId?: () => string;
  /** Writes bytes to the file; for tests of a disk that fails. */
  readonly write?: (descriptor: number, bytes: Uint8Array, offset: number) => number;
}

/**
 * Opens the audit log and writes that a session begins. Records of one call to `append` go to the file in one
 * write where the system takes them whole; each carries the hash of the one before (docs/audit-log.md). A log
 * that is there already is continued.
 * @throws ProxyError `audit-file` where the path can't be opened, is a symbolic link or no regular file, holds
 *   something else than an audit log, or where another process writes to it.
 */
export function openAuditFile(options: AuditFileOptions): AuditSink {
  const lock = takeLock(options.path);
  try {
    return new AuditFile(options, lock);
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

/** An open file and what is known of its end. */
interface OpenFile {
  readonly descriptor: number;
  readonly syncer: Syncer;
  /** What the file's size must be before the next write: nobody else writes to it. */
  size: number;
  /** What a broken write left at the end. */
  torn: Torn | null;
  /** The last byte is no line feed. */
  open: boolean;
}

class AuditFile implements AuditSink {
  private readonly options: AuditFileOptions;
  private readonly lock: Lock;
  private readonly session: string;
  private readonly write: (descriptor: number, bytes: Uint8Array, offset: number) => number;
  private file: OpenFile;
  private head: Head;
  private closed = false;
  /** Records that were given and could not be written since the last that could. */
  private unwritten = 0;
  private checkpointed = -1;
  private mustReopen = false;

  constructor(options: AuditFileOptions, lock: Lock) {
    this.options = options;
    this.lock = lock;
    this.session = (options.createSessionId ?? randomUUID)();
    this.write = options.write ?? ((descriptor, bytes, offset) => writeSync(descriptor, bytes, offset));
    const { file, tail } = this.openFile();
    this.file = file;
    this.head = tail.head;
    try {
      const predecessor = tail.head.seq < 0 ? findPredecessor(options.path) : null;
      if (predecessor !== null) {
        this.head = predecessor.tail.head;
        this.begin(predecessor.name);
      }
      this.checkpointed = this.head.seq;
      this.put((timestamp, torn) => [formatSession(timestamp, this.session, options, torn)]);
    } catch (cause) {
      closeSync(file.descriptor);
      if (cause instanceof ProxyError) throw cause;
      throw new ProxyError('audit-file', this.explain(cause));
    }
  }

  append(records: readonly AuditRecord[]): AuditFailure | null {
    if (records.length === 0) return null;
    if (this.closed) return { message: 'the audit log is closed' };
    try {
      this.prepare();
      this.put((timestamp, torn) => [
        ...(this.unwritten > 0 || torn !== null ? [formatResumed(timestamp, this.unwritten, torn)] : []),
        ...records.map((record) => formatRecord(record, timestamp, this.options)),
      ]);
      this.unwritten = 0;
      return null;
    } catch (cause) {
      this.unwritten += records.length;
      return { message: cause instanceof ProxyError ? cause.message : this.explain(cause) };
    }
  }

  reopen(): void {
    if (this.closed) return;
    this.mustReopen = true;
    try {
      this.prepare();
    } catch {
      // The next record tries again, and its failure is told.
    }
  }

  close(): void {
    if (this.closed) return;
    try {
      this.prepare();
      this.put((timestamp) => [formatClosed(timestamp, this.session)], true);
    } catch {
      // A log that can't be written ends without its last record: that shows when it is verified.
    }
    this.closed = true;
    this.release(this.file);
    this.lock.release();
  }

  /** Sees to it that the file is the right one and as it was left. */
  private prepare(): void {
    const { path, maxBytes } = this.options;
    const here = fstatSync(this.file.descriptor);
    const there = lstatSync(path, { throwIfNoEntry: false });
    const isSame = there !== undefined && there.ino === here.ino && there.dev === here.dev;
    if (!isSame && there === undefined && here.nlink === 0 && !this.mustReopen)
      throw new ProxyError('audit-file', `the audit log ${path} was removed`);
    if (!isSame || (this.mustReopen && here.size !== this.file.size)) this.changeFile(null);
    else if (here.size !== this.file.size) {
      throw new ProxyError(
        'audit-file',
        `the audit log ${path} has ${here.size} bytes where ${this.file.size} were left: somebody else writes to it`,
      );
    }
    this.mustReopen = false;
    const failure = this.file.syncer.takeFailure();
    if (failure !== null)
      throw new ProxyError('audit-file', `the audit log ${path} did not reach the disk: ${failure}`);
    if (maxBytes !== undefined && this.file.size >= maxBytes) this.rotate();
  }

  private rotate(): void {
    this.put((timestamp) => [formatRotated(timestamp)], true);
    this.changeFile(rotate(this.options.path));
  }

  /** Goes on in the file at the log's path: a new one, or one that ends as this one does. */
  private changeFile(previous: string | null): void {
    const { path } = this.options;
    const { file, tail } = this.openFile();
    const isNew = tail.head.seq < 0;
    if (!isNew && tail.head.hash !== this.head.hash) {
      closeSync(file.descriptor);
      throw new ProxyError(
        'audit-file',
        `the file at ${path} does not end where this audit log does: it was exchanged or cut; move it away`,
      );
    }
    this.release(this.file);
    this.file = file;
    if (isNew) this.begin(previous);
  }

  /** The first record of a file that continues another. */
  private begin(previous: string | null): void {
    this.put((timestamp, torn) => [formatContinued(timestamp, this.session, previous, torn)]);
  }

  private openFile(): { readonly file: OpenFile; readonly tail: Tail } {
    const { path, fsync = 'interval' } = this.options;
    const descriptor = openForAppend(path);
    const read = readTail(descriptor);
    if (!read.ok) {
      closeSync(descriptor);
      throw new ProxyError(
        'audit-file',
        `the audit log ${path} can't be continued: ${read.problem}; move it away or give another path`,
      );
    }
    const { size, tail } = read;
    const syncer = new Syncer(fsync, descriptor);
    return { file: { descriptor, syncer, size, torn: tail.torn, open: tail.open }, tail };
  }

  private release({ descriptor, syncer }: OpenFile): void {
    syncer.finish(() => closeSync(descriptor));
  }

  /** Seals what `format` gives and writes it behind what is there; the first of it accounts for torn bytes. */
  private put(format: (timestamp: string, torn: Torn | null) => readonly string[], last = false): void {
    const { file } = this;
    const timestamp = this.options.now().toISOString();
    let text = file.open ? '\n' : '';
    let { head } = this;
    const add = (body: string): void => {
      const sealed = seal(body, head);
      text += `${sealed.line}\n`;
      ({ head } = sealed);
    };
    for (const body of format(timestamp, file.torn)) add(body);
    const checkpoint = this.makeCheckpoint(timestamp, head, last);
    if (checkpoint !== null) add(checkpoint);
    try {
      this.writeAll(file, Buffer.from(text));
    } catch (cause) {
      this.recover(file);
      throw cause;
    }
    this.head = head;
    file.torn = null;
    file.open = false;
    file.syncer.wrote();
    if (checkpoint !== null) this.copyCheckpoint(checkpoint, head.seq);
  }

  private makeCheckpoint(timestamp: string, head: Head, last: boolean): string | null {
    const { signingKey, checkpointEvery = DEFAULT_CHECKPOINT_EVERY } = this.options;
    const isDue = last || head.seq - this.checkpointed >= checkpointEvery;
    return signingKey !== undefined && isDue ? formatCheckpoint(signingKey, timestamp, head) : null;
  }

  private copyCheckpoint(checkpoint: string, seq: number): void {
    const { checkpointPath } = this.options;
    if (checkpointPath !== undefined) {
      const descriptor = openForAppend(checkpointPath);
      try {
        writeSync(descriptor, `${checkpoint}\n`);
      } finally {
        closeSync(descriptor);
      }
    }
    this.checkpointed = seq;
  }

  private writeAll(file: OpenFile, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const written = this.write(file.descriptor, bytes, at);
      if (written === 0) throw new Error('the system wrote nothing');
      at += written;
      file.size += written;
    }
  }

  /** A write failed half-way: looks at what has reached the file. */
  private recover(file: OpenFile): void {
    const read = readTail(file.descriptor);
    if (!read.ok) return;
    const { tail, size } = read;
    file.size = size;
    file.torn = tail.torn;
    file.open = tail.open;
    if (tail.head.seq > this.head.seq) this.head = tail.head;
  }

  private explain(cause: unknown): string {
    return `can't write the audit log ${this.options.path}: ${describeCause(cause)}`;
  }
}
