import { createHash, timingSafeEqual } from 'node:crypto';
import { TOKEN_HEADER } from './headers.ts';

export interface GuardOptions {
  /** Names that `Host` may have, without port, in lower case; null where any will do. */
  readonly hosts: ReadonlySet<string> | null;
  /** Origins of web pages that may speak to the proxy, besides those of this machine. */
  readonly origins: ReadonlySet<string>;
  /** What a client must show; null where none is asked for. */
  readonly token: string | null;
}

export const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Why a request is refused before its body is read. */
export interface Refusal {
  readonly status: 400 | 401 | 403;
  readonly reason: string;
}

/**
 * A web page may make a browser speak to a proxy on this machine under a name that resolves to it: such a
 * request has a foreign `Host` or `Origin`.
 */
export function findForeigner(headers: Headers, options: GuardOptions, url?: string): Refusal | null {
  const host = hostOf(`http://${headers.get('host') ?? ''}`);
  if (options.hosts !== null && (host === null || !options.hosts.has(host)))
    return { status: 403, reason: 'the Host header names another machine' };
  // A request may name the machine in its first line too, and that counts more (RFC 9112, section 3.2.2).
  if (options.hosts !== null && url !== undefined && hostOf(url) !== host)
    return { status: 403, reason: 'the request names another machine than the Host header' };
  const origin = headers.get('origin');
  if (origin !== null && !options.origins.has(origin)) {
    const name = hostOf(origin);
    if (name === null || !LOOPBACK_HOSTS.has(name))
      return { status: 403, reason: 'web pages of this Origin may not use the proxy' };
  }
  return null;
}

/** Who does not show the proxy's token where one is asked for. */
export function findIntruder(headers: Headers, options: GuardOptions): Refusal | null {
  if (options.token !== null && !showsToken(headers, options.token))
    return { status: 401, reason: 'the bearer token of the proxy is missing or wrong' };
  return null;
}

/** Takes the proxy's own token out of what is passed on. */
export function stripToken(headers: Headers, token: string | null): void {
  headers.delete(TOKEN_HEADER);
  if (token !== null && isSame(bearerOf(headers) ?? '', token)) headers.delete('authorization');
}

function showsToken(headers: Headers, token: string): boolean {
  return isSame(headers.get(TOKEN_HEADER) ?? bearerOf(headers) ?? '', token);
}

function bearerOf(headers: Headers): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
}

/** In a time that tells nothing of how much of it is right. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : null;
}
