import { quoteJson } from '@agentpolicy/core';
import type { AuditContext } from '../record.ts';
import { formatTorn, type Torn } from './torn.ts';

export const SESSION_EVENT = 'AUDIT_SESSION';
export const CONTINUED_EVENT = 'AUDIT_CONTINUED';
export const ROTATED_EVENT = 'AUDIT_ROTATED';
export const RESUMED_EVENT = 'AUDIT_RESUMED';
export const CLOSED_EVENT = 'AUDIT_CLOSED';

/** The version of the form of records and of the chain. */
const FORMAT = 1;

function event(timestamp: string, name: string, members: string): string {
  return `{"timestamp":${quoteJson(timestamp)},"event":"${name}"${members}}`;
}

/** A proxy starts writing. */
export function formatSession(
  timestamp: string,
  session: string,
  context: AuditContext,
  torn: Torn | null,
): string {
  return event(
    timestamp,
    SESSION_EVENT,
    `,"format":${FORMAT},"session":${quoteJson(session)},"policy_mode":"${context.mode}"` +
      `,"policy_hash":"${context.policyHash}"${formatTorn(torn)}`,
  );
}

/** The first record of a file that goes on where another ended; its name where it is known. */
export function formatContinued(
  timestamp: string,
  session: string,
  previous: string | null,
  torn: Torn | null,
): string {
  const name = previous === null ? '' : `,"previous_file":${quoteJson(previous)}`;
  return event(
    timestamp,
    CONTINUED_EVENT,
    `,"format":${FORMAT},"session":${quoteJson(session)}${name}${formatTorn(torn)}`,
  );
}

/** Records can be written again, behind some that could not be. */
export function formatResumed(timestamp: string, unwritten: number, torn: Torn | null): string {
  return event(timestamp, RESUMED_EVENT, `,"unwritten":${unwritten}${formatTorn(torn)}`);
}

/** The last record of a file that is renamed because of its size. */
export function formatRotated(timestamp: string): string {
  return event(timestamp, ROTATED_EVENT, '');
}

/** A proxy ends in good order. */
export function formatClosed(timestamp: string, session: string): string {
  return event(timestamp, CLOSED_EVENT, `,"session":${quoteJson(session)}`);
}
