import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { ProxyError } from '../../errors/proxy-error.ts';
import { type Checkpoint, isSignedBy, readCheckpoint } from '../chain/checkpoint.ts';
import { readVerifyingKey } from '../chain/keys.ts';
import { readSealed } from '../chain/link.ts';
import { type ChainReport, ChainVerifier } from '../chain/verify-chain.ts';
import { listRotated } from '../file/rotated-files.ts';
import { readLines } from './read-lines.ts';

export interface VerifyAuditOptions {
  /** The log; the rotated files that it continues are verified with it. */
  readonly path: string;
  readonly expectHead?: string;
  readonly expectStart?: string;
  /** Ed25519, PEM: the public key, or the private one that it belongs to. */
  readonly keyPath?: string;
  /** The file that the proxy copied its checkpoints to; needs the key. */
  readonly checkpointPath?: string;
}

export interface AuditVerification extends ChainReport {
  /** The files that were read, oldest first. */
  readonly files: readonly string[];
}

/**
 * Verifies an audit log: that every record follows the one before, and that the whole is the one that a
 * head or signed checkpoints speak of.
 * @throws ProxyError `audit-file`, `audit-key`, `bad-option`
 */
export function verifyAuditLog(options: VerifyAuditOptions): AuditVerification {
  const { path, expectHead, expectStart, keyPath, checkpointPath } = options;
  checkHash('expected head', expectHead);
  checkHash('expected start', expectStart);
  const key = keyPath === undefined ? undefined : readVerifyingKey(keyPath);
  if (checkpointPath !== undefined && key === undefined)
    throw new ProxyError('bad-option', 'checkpoints are worth something only with the key that signed them');
  const verifier = new ChainVerifier({
    ...(expectHead === undefined ? {} : { expectHead }),
    ...(expectStart === undefined ? {} : { expectStart }),
    ...(key === undefined ? {} : { key }),
    ...(checkpointPath === undefined || key === undefined
      ? {}
      : { checkpoints: readCheckpoints(checkpointPath, key) }),
  });
  const files = listChainFiles(path);
  for (const file of files) {
    let line = 0;
    for (const bytes of readLines(file)) verifier.push(bytes, { file, line: ++line });
  }
  return { ...verifier.finish(), files };
}

function checkHash(name: string, hash: string | undefined): void {
  if (hash !== undefined && !/^[0-9a-f]{64}$/.test(hash))
    throw new ProxyError('bad-option', `the ${name} is no hash: 64 hexadecimal digits in lower case`);
}

/** The log and the rotated files before it, back to the one in which the chain begins. */
export function listChainFiles(path: string): readonly string[] {
  const files = [path];
  for (const file of listRotated(path).toReversed()) {
    const [oldest = path] = files;
    if (readFirstSeq(oldest) === 0) break;
    files.unshift(file);
  }
  return existsSync(path) || files.length === 1 ? files : files.slice(0, -1);
}

/** Null where the first line is no record: a log whose beginning was damaged may still continue others. */
function readFirstSeq(path: string): number | null {
  if (!existsSync(path)) return null;
  for (const line of readLines(path)) return readSealed(line.toString('utf8'))?.link.seq ?? null;
  return null;
}

function readCheckpoints(path: string, key: KeyObject): readonly Checkpoint[] {
  const checkpoints: Checkpoint[] = [];
  let line = 0;
  for (const bytes of readLines(path)) {
    line++;
    const checkpoint = parseCheckpoint(bytes.toString('utf8'));
    if (checkpoint === null || !isSignedBy(checkpoint, key))
      throw new ProxyError(
        'audit-file',
        `line ${line} of ${path} is no checkpoint that is signed by the given key`,
      );
    checkpoints.push(checkpoint);
  }
  if (checkpoints.length === 0)
    throw new ProxyError('audit-file', `there are no checkpoints in ${path}: nothing to verify against`);
  return checkpoints;
}

function parseCheckpoint(line: string): Checkpoint | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? readCheckpoint({ ...value }) : null;
  } catch {
    return null;
  }
}
