import { quoteJson } from '@agentpolicy/core';

export type TraceDirection = 'c2s' | 's2c' | 'stderr';

/** Why a line of a trace is not all that passed. */
export type Inexact =
  /** A replay may decide otherwise than about what passed: a secret was replaced. */
  | 'redacted'
  /** Bytes that are not UTF-8 became U+FFFD. */
  | 'invalid-utf8'
  /** Only the beginning and the end of the line are here. */
  | 'too-long';

/** What is said of one line that passed. */
export interface TraceLineContent {
  readonly direction: TraceDirection;
  /** A message that JSON readers understand stands in the trace as it is; everything else as a string. */
  readonly form: 'raw' | 'text' | 'unparsed';
  readonly text: string;
  readonly redacted?: ReadonlyMap<string, number>;
  readonly inexact?: Inexact;
  /** The line's own length in bytes, where the text is shorter. */
  readonly bytes?: number;
}

/** What all lines of a recording have in common. */
export interface TraceLabels {
  readonly sessionId: string;
  readonly serverLabel: string;
}

/** Writes one line of a trace, with its line feed. The members are mcpsnoop's, in one fixed order. */
export function formatTraceLine(
  { sessionId, serverLabel }: TraceLabels,
  seq: number,
  timestamp: string,
  content: TraceLineContent,
): string {
  const { direction, form, text, redacted, inexact, bytes } = content;
  let line = `{"session_id":${quoteJson(sessionId)},"server_label":${quoteJson(serverLabel)},"seq":${seq}`;
  line += `,"ts":"${timestamp}","direction":"${direction}","transport":"stdio"`;
  line +=
    form === 'raw'
      ? `,"raw":${text}`
      : `${form === 'unparsed' ? ',"unparsed":true' : ''},"text":${quoteJson(text)}`;
  if (redacted !== undefined) {
    const counts = [...redacted].map(([name, count]) => `${quoteJson(name)}:${count}`);
    line += `,"redacted":{${counts.join(',')}}`;
  }
  if (inexact !== undefined) line += `,"inexact":"${inexact}"`;
  if (bytes !== undefined) line += `,"bytes":${bytes}`;
  return `${line}}\n`;
}
