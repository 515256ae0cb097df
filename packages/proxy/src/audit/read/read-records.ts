import type { Place } from '../chain/findings.ts';
import { readSealed } from '../chain/link.ts';
import { isTornLine } from '../chain/torn.ts';
import { readLines } from './read-lines.ts';
import { listChainFiles } from './verify-audit-log.ts';

/** One line of an audit log. */
export interface AuditLine {
  readonly place: Place;
  readonly text: string;
  /** The record's members; null where the line is none. */
  readonly members: Readonly<Record<string, unknown>> | null;
  /** The line looks like one whose writing was cut off. */
  readonly torn: boolean;
}

/**
 * The lines of an audit log and of the rotated files that it continues, oldest first. Nothing is verified.
 * @throws ProxyError `audit-file` where a file can't be read.
 */
export function* readAuditLog(path: string): Generator<AuditLine> {
  for (const file of listChainFiles(path)) {
    let line = 0;
    for (const bytes of readLines(file)) {
      const text = bytes.toString('utf8');
      const members = readSealed(text)?.members ?? null;
      yield { place: { file, line: ++line }, text, members, torn: members === null && isTornLine(text) };
    }
  }
}

/** A line of one of several logs. */
export interface MergedLine extends AuditLine {
  /** The log's path as it was given. */
  readonly log: string;
}

/**
 * The lines of several logs by their time; those of one log stay in their order.
 * @throws ProxyError `audit-file` where a file can't be read.
 */
export function* mergeAuditLogs(paths: readonly string[]): Generator<MergedLine> {
  const sources = paths.flatMap((log) => {
    const lines = readAuditLog(log);
    const first = lines.next();
    return first.done === true ? [] : [{ log, lines, next: first.value, time: timeOf(first.value, '') }];
  });
  while (sources.length > 0) {
    const source = sources.reduce((least, each) => (each.time < least.time ? each : least));
    yield { log: source.log, ...source.next };
    const following = source.lines.next();
    if (following.done === true) sources.splice(sources.indexOf(source), 1);
    else {
      source.next = following.value;
      source.time = timeOf(following.value, source.time);
    }
  }
}

/** A line without a time, or with an earlier one, stands with the line before it. */
function timeOf({ members }: AuditLine, before: string): string {
  const time = members?.timestamp;
  return typeof time === 'string' && time > before ? time : before;
}
