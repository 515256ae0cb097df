import { createHash } from 'node:crypto';
import { getMember } from '@agentpolicy/core';
import { type Message, readMessage, readToolCall } from '@agentpolicy/message';
import { bodyVersion, isStateless, VERSION_HEADER } from './era.ts';
import { decodeValue, encodeValue } from './header-value.ts';
import type { NamedCall, ParamHeaders } from './param-headers.ts';

export const SESSION_HEADER = 'mcp-session-id';
/** Takes the proxy's own token where `Authorization` is meant for the server behind it. */
export const TOKEN_HEADER = 'x-aip-proxy-token';

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

/** What a web page may read of an answer. */
export const EXPOSED = [SESSION_HEADER, VERSION_HEADER, 'www-authenticate', 'retry-after'] as const;

/**
 * The client's headers that go on to the server. What `Connection` lists does not, but for the protocol's own: the
 * message was read by them, and the server must not read it otherwise.
 */
export function passedHeaders(from: Headers, own: ReadonlyMap<string, string>): Headers {
  const listed = new Set((from.get('connection') ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const headers = new Headers();
  for (const [name, value] of from)
    if (!NOT_PASSED.has(name) && (name.startsWith('mcp-') || !listed.has(name))) headers.append(name, value);
  for (const [name, value] of own) headers.set(name, value);
  return headers;
}

/** Who a client says it is, so that it can't be read back. */
export function identify(headers: Headers): string {
  return createHash('sha256')
    .update(headers.get('authorization') ?? '')
    .digest('base64url');
}

/** The server's headers that go back to the client, without those that may not pass. */
export function returnedHeaders(from: Headers, mayPass: (value: string) => boolean): Headers {
  const headers = new Headers();
  for (const name of RETURNED) {
    const value = from.get(name);
    if (value !== null && mayPass(value)) headers.set(name, value);
  }
  return headers;
}

/** The message as the server reads it, named in headers. `fill` adds what a client that speaks no HTTP could not say. */
export function nameMessage(headers: Headers, text: string, known: ParamHeaders, fill: boolean): void {
  const message = readMessage(text, 'client');
  const isNew = isStateless(headers, message);
  // What was taken out of the arguments must not stand in a header.
  known.rewrite(headers, readCall(message), fill && isNew);
  const named = readNames(message);
  if (!isNew || named === null) return;
  const version = bodyVersion(message);
  if (fill && version !== undefined) headers.set(VERSION_HEADER, version);
  headers.set('mcp-method', encodeValue(named.method));
  if (named.name !== null) headers.set('mcp-name', encodeValue(named.name));
}

/**
 * Why the headers of a request can't stand beside its body; null where they can. Decisions are made on the body
 * alone (protocol 2026-07-28, Streamable HTTP, "Server Validation").
 */
export function findHeaderProblem(headers: Headers, message: Message, known: ParamHeaders): string | null {
  const version = headers.get(VERSION_HEADER);
  if (version !== null && !/^\d{4}-\d{2}-\d{2}$/.test(version)) return 'MCP-Protocol-Version is no version';
  // What is no message is refused as such, whatever the headers say of it.
  if (message.kind === 'invalid') return null;
  const isNew = isStateless(headers, message);
  if (isNew && message.kind === 'batch') return 'a batch is not of this protocol version';
  const needed = isNew && message.kind === 'request';
  const said = bodyVersion(message);
  if (needed && version !== (said ?? null))
    return 'MCP-Protocol-Version does not equal the version in `_meta` of the body';
  return findNameProblem(headers, message, needed) ?? known.findProblem(headers, readCall(message));
}

function findNameProblem(headers: Headers, message: Message, needed: boolean): string | null {
  const method = headers.get('mcp-method');
  const name = headers.get('mcp-name');
  const named = readNames(message);
  if (named === null)
    return method === null && name === null
      ? null
      : 'Mcp-Method and Mcp-Name go with a request or a notification';
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

/** The call whose arguments headers may repeat. */
function readCall(message: Message): NamedCall | null {
  if (message.kind !== 'request' || message.normalizedMethod !== 'tools/call') return null;
  const read = readToolCall(message);
  return read.ok ? { tool: read.call.name, args: read.call.arguments } : null;
}

const NAME_KEYS: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);
