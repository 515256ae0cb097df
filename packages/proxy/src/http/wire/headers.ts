import { getMember } from '@agentpolicy/core';
import type { Message } from '@agentpolicy/message';
import { readMessage } from '@agentpolicy/message';

export const SESSION_HEADER = 'mcp-session-id';
export const VERSION_HEADER = 'mcp-protocol-version';
/** Takes the proxy's own token where `Authorization` is meant for the server behind it. */
export const TOKEN_HEADER = 'x-aip-proxy-token';

/** The first revision in which headers name what the body asks for. */
const NAMED_SINCE = '2026-07-28';

/** About this connection alone, or made anew for the next. */
const NOT_PASSED: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'origin',
  'content-length',
  'content-type',
  'content-encoding',
  'accept',
  'accept-encoding',
  'mcp-method',
  'mcp-name',
  TOKEN_HEADER,
]);

/** What a client learns of the server's answer besides its body. */
const RETURNED = [SESSION_HEADER, VERSION_HEADER, 'www-authenticate', 'retry-after', 'allow'];

/** The client's headers that go on to the server. */
export function passedHeaders(from: Headers, own: ReadonlyMap<string, string>): Headers {
  const listed = new Set((from.get('connection') ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const headers = new Headers();
  for (const [name, value] of from)
    if (!NOT_PASSED.has(name) && !listed.has(name)) headers.append(name, value);
  for (const [name, value] of own) headers.set(name, value);
  return headers;
}

/** The server's headers that go back to the client. */
export function returnedHeaders(from: Headers): Headers {
  const headers = new Headers();
  for (const name of RETURNED) {
    const value = from.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

/** Says in headers what a message asks for, as it is sent on (protocol 2026-07-28). */
export function nameMessage(headers: Headers, text: string): void {
  const version = headers.get(VERSION_HEADER);
  if (version === null || version < NAMED_SINCE) return;
  const named = readNames(readMessage(text, 'client'));
  if (named === null) return;
  headers.set('mcp-method', encodeValue(named.method));
  if (named.name !== null) headers.set('mcp-name', encodeValue(named.name));
}

/** Why the headers of a request can't stand beside its body; null where they can. Decisions are made on the body alone. */
export function findHeaderProblem(headers: Headers, message: Message): string | null {
  const version = headers.get(VERSION_HEADER);
  if (version !== null && !/^\d{4}-\d{2}-\d{2}$/.test(version)) return 'MCP-Protocol-Version is no version';
  const method = headers.get('mcp-method');
  const name = headers.get('mcp-name');
  const named = readNames(message);
  if (named === null)
    return method === null && name === null
      ? null
      : 'Mcp-Method and Mcp-Name go with a request or a notification';
  const needed = version !== null && version >= NAMED_SINCE;
  if (method === null ? needed : decodeValue(method) !== named.method)
    return 'Mcp-Method does not equal the method of the body';
  if (name === null ? needed && named.name !== null : decodeValue(name) !== named.name)
    return 'Mcp-Name does not equal the name in the body';
  return null;
}

/** What the headers of a message must say; null where it is no request and no notification. */
function readNames(message: Message): { readonly method: string; readonly name: string | null } | null {
  if (message.kind !== 'request' && message.kind !== 'notification') return null;
  const { method, normalizedMethod, params } = message;
  const key = NAME_KEYS.get(normalizedMethod);
  const node = key === undefined || params === undefined ? undefined : getMember(params, key);
  return { method, name: node?.kind === 'string' ? node.value : null };
}

const NAME_KEYS: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);

/** What a header can't hold as it is stands in it as `=?base64?…?=`. */
function decodeValue(value: string): string {
  const encoded = /^=\?base64\?([A-Za-z0-9+/=]*)\?=$/.exec(value)?.[1];
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8');
}

function encodeValue(value: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value) && !value.startsWith('=?base64?');
  return isPlain ? value : `=?base64?${Buffer.from(value).toString('base64')}?=`;
}
