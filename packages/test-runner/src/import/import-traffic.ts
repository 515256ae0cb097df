import { importAuditLog } from './formats/audit-log.ts';
import { importClaudeLog, isClaudeLogLine } from './formats/claude-log.ts';
import { importHar } from './formats/har.ts';
import { importInspectorHistory } from './formats/inspector-history.ts';
import { importJsonRpc } from './formats/json-rpc.ts';
import { type Imported, type ImportProblem, isJson, memberOf, parseJson, textOf } from './imported-line.ts';

/** The sources that are understood. */
export const IMPORT_FORMATS = ['har', 'inspector', 'claude', 'audit', 'jsonrpc'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export type ImportResult =
  | ({ readonly ok: true; readonly format: ImportFormat } & Imported)
  /** One line for people, and what to do about it. */
  | { readonly ok: false; readonly message: string; readonly help: string };

export interface ImportOptions {
  /** Told by the text unless given. */
  readonly format?: ImportFormat;
  /** The name that sessions are given where the source has none. */
  readonly name: string;
}

/** Turns what another program wrote down of MCP traffic into the lines of a trace. Nothing in the text makes it throw. */
export function importTraffic(text: string, options: ImportOptions): ImportResult {
  const format = options.format ?? detectFormat(text);
  if (format === 'cursor')
    return {
      ok: false,
      message: 'the log of Cursor says that tools are called, and holds no message',
      help: 'record the session instead: put `aip record -o trace.jsonl --` before the server in mcp.json',
    };
  if (format === undefined)
    return {
      ok: false,
      message: 'the text is in none of the formats that are understood',
      help: `say which it is with --format: ${IMPORT_FORMATS.join(', ')}`,
    };
  const { lines, problems } = importAs(format, text, options.name);
  if (lines.length > 0) return { ok: true, format, lines, problems };
  const reason = problems[0] === undefined ? '' : `: ${describeProblem(problems[0])}`;
  return {
    ok: false,
    message: `no MCP message was found${reason}`,
    help: `it was read as ${format}; say with --format what it is: ${IMPORT_FORMATS.join(', ')}`,
  };
}

function describeProblem({ line, message }: ImportProblem): string {
  return `${line}: ${message}`;
}

function importAs(format: ImportFormat, text: string, name: string): Imported {
  switch (format) {
    case 'har':
      return importHar(text, name);
    case 'inspector':
      return importInspectorHistory(text, name);
    case 'claude':
      return importClaudeLog(text, name);
    case 'audit':
      return importAuditLog(text, name);
    case 'jsonrpc':
      return importJsonRpc(text, name);
  }
}

const CURSOR_LINE = /^[0-9-]{10} [0-9:.]{12} \[(?:info|error|warning)\]/;

function detectFormat(text: string): ImportFormat | 'cursor' | undefined {
  const start = text.trimStart();
  if (start.startsWith('{') || start.startsWith('[')) {
    const whole = parseJson(text);
    if (memberOf(memberOf(whole, 'log'), 'entries') !== undefined) return 'har';
    if (memberOf(whole, 'requestHistory') !== undefined) return 'inspector';
    if (Array.isArray(whole) && whole.some((entry) => textOf(entry, 'request') !== undefined))
      return 'inspector';
  }
  const lines = start.split('\n', 200);
  if (lines.some(isClaudeLogLine)) return 'claude';
  if (lines.some((line) => CURSOR_LINE.test(line))) return 'cursor';
  const values = lines.filter((line) => isJson(line)).map(parseJson);
  if (values.some((value) => textOf(value, 'policy_hash') !== undefined)) return 'audit';
  const isMessage = (value: unknown): boolean =>
    Array.isArray(value) || memberOf(value, 'jsonrpc') !== undefined;
  return values.some(isMessage) ? 'jsonrpc' : undefined;
}
