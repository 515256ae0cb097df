import {
  type Imported,
  type ImportedLine,
  type ImportProblem,
  isJson,
  parseJson,
  textOf,
  timeOf,
} from '../imported-line.ts';

/** `TIME [server] [level] Message from client: {…} { metadata: undefined }`; older ones have the brackets the other way round. */
const ENTRY =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z) \[([^\]]*)\] (?:\[([^\]]*)\] )?Message from (client|server): /;

const LEVELS: ReadonlySet<string> = new Set(['debug', 'info', 'warn', 'warning', 'error']);

/** The line is an entry of Claude Desktop's MCP log that holds a message. */
export function isClaudeLogLine(line: string): boolean {
  return ENTRY.test(line);
}

/** The log that Claude Desktop writes of an MCP server (`mcp-server-NAME.log`). Each handshake starts a session. */
export function importClaudeLog(text: string, name: string): Imported {
  const lines: ImportedLine[] = [];
  const problems: ImportProblem[] = [];
  const sessions = new Map<string, number>();
  text.split('\n').forEach((line, index) => {
    const entry = ENTRY.exec(line);
    if (entry === null) return;
    const [head, at, first = '', second = '', side] = entry;
    const server = (LEVELS.has(first.toLowerCase()) ? second : first) || name;
    const message = readMessageText(line.slice(head.length).trimEnd());
    if (message === undefined) {
      problems.push({ line: index + 1, message: 'the message is cut off, or is no JSON' });
      return;
    }
    const isHandshake = side === 'client' && textOf(parseJson(message), 'method') === 'initialize';
    const session = (sessions.get(server) ?? 0) + (isHandshake || !sessions.has(server) ? 1 : 0);
    sessions.set(server, session);
    lines.push({
      session: `${server}/${session}`,
      server,
      time: timeOf(at),
      direction: side === 'client' ? 'c2s' : 's2c',
      transport: 'stdio',
      text: message,
    });
  });
  return { lines, problems };
}

/** The logger appends its own object behind the message. */
function readMessageText(rest: string): string | undefined {
  if (isJson(rest)) return rest;
  const end = rest.lastIndexOf(' { metadata: ');
  const message = end === -1 ? undefined : rest.slice(0, end);
  return message !== undefined && isJson(message) ? message : undefined;
}
