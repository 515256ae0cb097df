import { ProxyError } from '../errors/proxy-error.ts';
import { openAuditFile } from './audit-file.ts';
import { readSigningKey } from './chain/keys.ts';
import { lockPath } from './file/lock.ts';
import { listRotated } from './file/rotated-files.ts';
import type { FsyncPolicy } from './file/syncer.ts';
import type { AuditContext } from './record.ts';
import type { AuditSink } from './sink.ts';

/** How the audit log is kept, besides where. */
export interface AuditSettings {
  /** When records are forced to the disk; `interval` (within a second) unless told. */
  readonly fsync?: FsyncPolicy;
  /** What becomes of calls whose records can't be written: `closed` refuses them, `open` lets them through unaudited. */
  readonly failure?: 'closed' | 'open';
  /** Bytes at which a file is finished and the next one begun; never unless told. */
  readonly maxBytes?: number;
  /** Absolute path of the private key (Ed25519, PEM) that signs checkpoints. */
  readonly keyPath?: string;
  /** Absolute path of a file that gets a copy of each checkpoint. */
  readonly checkpointPath?: string;
  /** Records between two checkpoints; 1000 unless told. */
  readonly checkpointEvery?: number;
}

/** As little as a file may be told to hold: a few records. */
const LEAST_BYTES = 4096;

/**
 * Opens the audit log as the settings have it. `report` gets a line for the operator for each failure that
 * calls are let through in spite of.
 * @throws ProxyError `audit-file`, `audit-key`, `bad-option`
 */
export function openAudit(
  path: string,
  settings: AuditSettings,
  context: AuditContext & { readonly now: () => Date },
  report: (line: string) => void,
): AuditSink {
  const { failure = 'closed', keyPath, ...rest } = settings;
  checkNumber('the size of an audit file', settings.maxBytes, LEAST_BYTES);
  checkNumber('the number of records between checkpoints', settings.checkpointEvery, 1);
  if (settings.checkpointPath !== undefined && keyPath === undefined)
    throw new ProxyError('bad-option', 'a file for checkpoints needs the key that signs them');
  const signingKey = keyPath === undefined ? {} : { signingKey: readSigningKey(keyPath) };
  // By reference: the mode and the hash are those of the policy in force when a record is written.
  const file = openAuditFile({
    path,
    ...rest,
    ...signingKey,
    now: context.now,
    get mode() {
      return context.mode;
    },
    get policyHash() {
      return context.policyHash;
    },
  });
  return failure === 'closed' ? file : letThrough(file, report);
}

/** So many finished files beyond those that are there are protected before they exist. */
const MOST_ROTATED = 999;

/** Files of the audit log that no call may touch, besides those that it is rotated to. */
export function listAuditFiles(path: string, settings: AuditSettings): readonly string[] {
  const { keyPath, checkpointPath } = settings;
  return [path, lockPath(path), keyPath, checkpointPath].filter((each) => each !== undefined);
}

/** The finished files of a log, those that are there and those to come: one that is planted would break the chain. */
export function listRotatedFiles(path: string): readonly string[] {
  const found = findRotated(path);
  const newest = Number(found.at(-1)?.slice(path.length + 1) ?? 0);
  const numbers = Array.from({ length: MOST_ROTATED }, (_, index) => index + 1);
  const later = newest === 0 ? [] : numbers.map((number) => newest + number);
  return [...new Set([...found, ...[...numbers, ...later].map((number) => `${path}.${number}`)])];
}

function findRotated(path: string): readonly string[] {
  try {
    return listRotated(path);
  } catch {
    // Opening the log tells what is wrong with its directory.
    return [];
  }
}

function letThrough(sink: AuditSink, report: (line: string) => void): AuditSink {
  return {
    append(records) {
      const failure = sink.append(records);
      if (failure !== null)
        report(
          `AUDIT_FAILED: ${failure.message}; ${records.length} record(s) are LOST and calls go on UNAUDITED`,
        );
      return null;
    },
    reopen: () => sink.reopen(),
    close: () => sink.close(),
  };
}

function checkNumber(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  throw new ProxyError('bad-option', `${name} is ${value}; it must be a whole number of at least ${least}`);
}
