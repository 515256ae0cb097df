import { createHash, type Hash } from 'node:crypto';

/** Bytes behind the last record that are no record: what was being written when something broke. */
export interface Torn {
  readonly bytes: number;
  /** SHA-256 of the bytes, line feeds included. */
  readonly hash: string;
}

/** Gathers torn bytes as they are met. */
export class TornBytes {
  private hash: Hash | null = null;
  private bytes = 0;

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.hash ??= createHash('sha256');
    this.hash.update(bytes);
    this.bytes += bytes.length;
  }

  /** Null where there are none. */
  sum(): Torn | null {
    return this.hash === null ? null : { bytes: this.bytes, hash: this.hash.copy().digest('hex') };
  }
}

/** The members by which a record accounts for torn bytes before it. */
export function formatTorn(torn: Torn | null): string {
  return torn === null ? '' : `,"torn_bytes":${torn.bytes},"torn_hash":"${torn.hash}"`;
}

export function readTorn(members: Readonly<Record<string, unknown>>): Torn | null {
  const { torn_bytes: bytes, torn_hash: hash } = members;
  return typeof bytes === 'number' && typeof hash === 'string' ? { bytes, hash } : null;
}

const RECORD_START = '{"timestamp":"';

/** A piece of a line that a write of ours may have left behind; a power cut may leave zeros in its place. */
export function isTornLine(line: string): boolean {
  const text = line.replaceAll('\0', '');
  return text.startsWith(RECORD_START) || RECORD_START.startsWith(text);
}
