import {
  type Imported,
  type ImportedLine,
  type ImportProblem,
  memberOf,
  parseJson,
  textOf,
  timeOf,
} from '../imported-line.ts';

const SESSION_HEADER = 'mcp-session-id';

/** An HTTP archive (HAR 1.2) of Streamable HTTP: what was posted, and what came back as JSON or as an event stream. */
export function importHar(text: string, name: string): Imported {
  const entries = memberOf(memberOf(parseJson(text), 'log'), 'entries');
  const lines: ImportedLine[] = [];
  const problems: ImportProblem[] = [];
  const list: readonly unknown[] = Array.isArray(entries) ? entries : [];
  list.forEach((entry, index) => {
    const exchange = readExchange(entry);
    if (exchange === undefined) return;
    const { start, end, session, server, sent, received } = exchange;
    const base = {
      session: session ?? name,
      server: server || name,
      transport: 'http',
      exchange: `c${index + 1}`,
    } as const;
    if (sent !== undefined) lines.push({ ...base, time: start, direction: 'c2s', text: sent });
    for (const message of received) lines.push({ ...base, time: end, direction: 's2c', text: message });
    if (sent !== undefined && received.length === 0 && wantsAnswer(sent))
      problems.push({ line: index + 1, message: 'the archive holds no body of the answer' });
  });
  // Entries stand in the order in which they began; what came back may be later than what was asked after it.
  const order = [...lines.keys()].sort((a, b) => (lines[a]?.time ?? 0) - (lines[b]?.time ?? 0) || a - b);
  return { lines: order.flatMap((index) => lines[index] ?? []), problems };
}

interface Exchange {
  readonly start: number | null;
  readonly end: number | null;
  readonly session: string | undefined;
  readonly server: string;
  readonly sent: string | undefined;
  readonly received: readonly string[];
}

/** Undefined for requests that carry no JSON-RPC in either direction. */
function readExchange(entry: unknown): Exchange | undefined {
  const request = memberOf(entry, 'request');
  const response = memberOf(entry, 'response');
  const posted = textOf(memberOf(request, 'postData'), 'text');
  const sent = posted !== undefined && speaksJsonRpc(posted) ? posted : undefined;
  const received = readBody(memberOf(response, 'content')).filter(speaksJsonRpc);
  if (sent === undefined && received.length === 0) return undefined;
  const start = timeOf(textOf(entry, 'startedDateTime'));
  const took = memberOf(entry, 'time');
  return {
    start,
    end:
      start === null || typeof took !== 'number' || !(took >= 0 && took < 1e9)
        ? start
        : start + Math.round(took),
    session: readHeader(response, SESSION_HEADER) ?? readHeader(request, SESSION_HEADER),
    server: hostOf(textOf(request, 'url') ?? ''),
    sent,
    received,
  };
}

function readBody(content: unknown): readonly string[] {
  const text = textOf(content, 'text');
  if (text === undefined) return [];
  const body = textOf(content, 'encoding') === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text;
  return textOf(content, 'mimeType')?.startsWith('text/event-stream') === true ? readEvents(body) : [body];
}

/** The data of each event of an event stream. */
function readEvents(body: string): readonly string[] {
  const events: string[] = [];
  let data: string[] = [];
  for (const line of [...body.split(/\r\n|\r|\n/), '']) {
    if (line.startsWith('data:')) data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
    else if (line === '' && data.length > 0) {
      events.push(data.join('\n'));
      data = [];
    }
  }
  return events;
}

function speaksJsonRpc(text: string): boolean {
  const value = parseJson(text);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return memberOf(first, 'jsonrpc') !== undefined;
}

function wantsAnswer(text: string): boolean {
  const value = parseJson(text);
  return memberOf(value, 'method') !== undefined && memberOf(value, 'id') !== undefined;
}

function readHeader(part: unknown, name: string): string | undefined {
  const headers = memberOf(part, 'headers');
  const list: readonly unknown[] = Array.isArray(headers) ? headers : [];
  const found = list.find((header) => textOf(header, 'name')?.toLowerCase() === name);
  return textOf(found, 'value');
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return '';
  }
}
