import { resolve } from 'node:path';
import { normalizeName } from '@agentpolicy/core';
import { readAuditLog } from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { escapeControls } from '../terminal/printable.ts';
import { refuseMistakes } from './audit-verify.ts';

interface ShowFlags {
  readonly tool?: string;
  readonly decision?: string;
  readonly since?: string;
  readonly until?: string;
  readonly format: string;
}

type Members = Readonly<Record<string, unknown>>;

/** The longest column of a row, in characters. */
const WIDEST = 100;

/** `aip audit show`: the records that the flags ask for, one a line. */
export function runAuditShow(context: CommandContext, file: string, flags: ShowFlags): ExitStatus {
  const isAsked = createFilter(flags);
  return refuseMistakes(() => {
    let shown = 0;
    let unreadable = 0;
    for (const { members, text, place, torn } of readAuditLog(resolve(context.cwd, file))) {
      if (members === null) {
        if (!torn) unreadable++;
        context.warn(
          `${place.file}:${place.line}: ${torn ? 'a write was cut off here' : 'this is no audit record'}`,
        );
      } else if (isAsked(members)) {
        shown++;
        context.print(flags.format === 'json' ? text : formatRow(members));
      }
    }
    if (unreadable > 0) return EXIT.findings;
    if (shown > 0) return EXIT.clean;
    context.warn('aip: no record matches');
    return EXIT.nothing;
  });
}

function createFilter(flags: ShowFlags): (members: Members) => boolean {
  const tool = flags.tool === undefined ? undefined : normalizeName(flags.tool);
  const decisions = flags.decision?.split(',').map((name) => name.trim().toUpperCase());
  const since = readTime('--since', flags.since);
  const until = readTime('--until', flags.until);
  return (members) => {
    const time = Date.parse(textOf(members.timestamp));
    return (
      (tool === undefined || (typeof members.tool === 'string' && normalizeName(members.tool) === tool)) &&
      (decisions === undefined || decisions.includes(textOf(members.decision))) &&
      (since === undefined || time >= since) &&
      (until === undefined || time < until)
    );
  };
}

function readTime(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new CliError(`${flag}: \`${text}\` is no time`, 'write 2026-01-20 or 2026-01-20T10:30:00Z');
  return time;
}

function formatRow(members: Members): string {
  const { timestamp, direction, decision, event, method, tool, args } = members;
  const why = members.reason ?? members.failure_reason ?? members.rule;
  const arrow = direction === undefined ? ' ' : direction === 'upstream' ? '→' : '←';
  const what = textOf(decision ?? event).padEnd(13);
  const subject = textOf(tool ?? method ?? members.dlp_rule);
  const details = [args === undefined ? '' : JSON.stringify(args), textOf(why)].filter((text) => text !== '');
  return [textOf(timestamp), arrow, what, subject, ...details].map(tame).join('  ').trimEnd();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function tame(text: string): string {
  const escaped = escapeControls(text);
  return escaped.length > WIDEST ? `${escaped.slice(0, WIDEST - 1)}…` : escaped;
}
