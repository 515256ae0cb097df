import {
  type Imported,
  type ImportedLine,
  type ImportProblem,
  memberOf,
  parseJson,
  textOf,
} from '../imported-line.ts';

/**
 * The history of MCP Inspector: a list of `request` and `response`, each JSON as a string, without envelope,
 * id and time.
 */
export function importInspectorHistory(text: string, name: string): Imported {
  const whole = parseJson(text);
  const history = Array.isArray(whole) ? whole : memberOf(whole, 'requestHistory');
  const lines: ImportedLine[] = [];
  const problems: ImportProblem[] = [];
  const entries: readonly unknown[] = Array.isArray(history) ? history : [];
  if (entries.length === 0) problems.push({ line: 1, message: 'there is no list of requests' });
  const base = { session: name, server: name, time: null, transport: 'stdio' } as const;
  entries.forEach((entry, index) => {
    const request = asText(memberOf(entry, 'request'));
    const parsed = request === undefined ? undefined : parseJson(request);
    if (request === undefined || textOf(parsed, 'method') === undefined) {
      problems.push({ line: index + 1, message: 'the entry has no `request` with a method' });
      return;
    }
    const id = index + 1;
    const isNotification = textOf(parsed, 'method')?.startsWith('notifications/') === true;
    lines.push({ ...base, direction: 'c2s', text: wrapRequest(request, parsed, isNotification ? null : id) });
    const response = asText(memberOf(entry, 'response'));
    if (response === undefined || isNotification) return;
    lines.push({ ...base, direction: 's2c', text: wrapResponse(response, memberOf(parsed, 'id') ?? id) });
  });
  return { lines, problems };
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
}

/** Everything that the request had stays as it was written; what its envelope lacks is put before it. */
function wrapRequest(request: string, parsed: unknown, id: number | null): string {
  const version = memberOf(parsed, 'jsonrpc') === undefined ? '"jsonrpc":"2.0",' : '';
  const own = id === null || memberOf(parsed, 'id') !== undefined ? '' : `"id":${id},`;
  return request.trim().replace('{', `{${version}${own}`);
}

function wrapResponse(response: string, id: unknown): string {
  const value = parseJson(response);
  if (memberOf(value, 'jsonrpc') !== undefined) return response;
  const envelope = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},`;
  const error = memberOf(value, 'error');
  // A request that failed has nothing but the error's text.
  if (typeof error === 'string')
    return `${envelope}"error":{"code":-32603,"message":${JSON.stringify(error)}}}`;
  return `${envelope}"result":${value === undefined ? JSON.stringify(response) : response}}`;
}
