import { quoteJson } from '@agentpolicy/core';

/** One message that another program wrote down. */
export interface ImportedLine {
  readonly session: string;
  readonly server: string;
  /** Milliseconds since 1970; null where the source says nothing about time. */
  readonly time: number | null;
  readonly direction: 'c2s' | 's2c';
  readonly transport: 'stdio' | 'http';
  /** The HTTP exchange that it was part of. */
  readonly exchange?: string;
  /** As the source has it. */
  readonly text: string;
  /** What the source says was decided about it, as an expectation. */
  readonly expect?: string;
  /** What was taken out of the text, by pattern, and whether a replay may decide otherwise about what is left. */
  readonly redacted?: ReadonlyMap<string, number>;
  readonly inexact?: string;
  /** It was not in the source, and stands here because its counterpart needs it. */
  readonly synthetic?: boolean;
}

/** What of a source could not be taken over; `line` counts lines or entries from 1. */
export interface ImportProblem {
  readonly line: number;
  readonly message: string;
}

export interface Imported {
  readonly lines: readonly ImportedLine[];
  readonly problems: readonly ImportProblem[];
}

/** Writes imported messages as the lines of a trace, each with its line feed. */
export function formatImportedLines(lines: readonly ImportedLine[]): string {
  return lines.map((line, index) => formatLine(line, index + 1)).join('');
}

function formatLine(line: ImportedLine, seq: number): string {
  const { session, server, time, direction, transport, exchange, text, expect, synthetic } = line;
  const { redacted, inexact } = line;
  const counts = [...(redacted ?? [])].map(([name, count]) => `${quoteJson(name)}:${count}`);
  const message = onOneLine(text);
  return (
    `{"session_id":${quoteJson(session)},"server_label":${quoteJson(server)},"seq":${seq}` +
    (time === null ? '' : `,"ts":"${new Date(time).toISOString()}"`) +
    `,"direction":"${direction}","transport":"${transport}"` +
    (exchange === undefined ? '' : `,"conn_id":${quoteJson(exchange)}`) +
    (isJson(message) ? `,"raw":${message}` : `,"unparsed":true,"text":${quoteJson(text)}`) +
    (expect === undefined ? '' : `,"expect":${expect}`) +
    (counts.length === 0 ? '' : `,"redacted":{${counts.join(',')}}`) +
    (inexact === undefined ? '' : `,"inexact":${quoteJson(inexact)}`) +
    (synthetic === true ? ',"synthetic":true' : '') +
    '}\n'
  );
}

/** Between the tokens of JSON a line break is white space, and inside of them there is none. */
function onOneLine(text: string): string {
  return text.replaceAll('\r\n', ' ').replaceAll('\n', ' ').trim();
}

/** JSON that some reader understands: what is wrong with it besides is for the replay to say. */
export function isJson(text: string): boolean {
  return parseJson(text) !== undefined;
}

/** The value of a JSON text; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A member of an object of unknown make. */
export function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A string member of an object of unknown make. */
export function textOf(value: unknown, key: string): string | undefined {
  const member = memberOf(value, key);
  return typeof member === 'string' ? member : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The end of what has four digits for a year. */
const LAST_TIME = Date.UTC(9999, 0);

/** Milliseconds since 1970 of a time in ISO 8601; null where it is none. */
export function timeOf(text: string | undefined): number | null {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return time >= 0 && time < LAST_TIME ? time : null;
}
