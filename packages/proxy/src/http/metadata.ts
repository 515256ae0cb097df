import { returnedHeaders } from './wire/headers.ts';
import { readBytes } from './wire/read-bytes.ts';
import type { SendRequest } from './wire/send-request.ts';

/** What is fetched about how to log in is never this long, and never takes so many milliseconds. */
const MAX_METADATA = 256 * 1024;
const TIMEOUT = 10_000;

/** What the server publishes about how to log in (RFC 9728, RFC 8414), unharmed, with the headers that may pass. */
export async function fetchMetadata(
  upstream: URL,
  path: string,
  send: SendRequest,
  mayPass: (value: string) => boolean,
): Promise<Response> {
  try {
    const url = new URL(upstream.origin);
    url.pathname = path;
    const headers = new Headers({ accept: 'application/json', 'accept-encoding': 'identity' });
    const response = await send(url, { method: 'GET', headers, signal: AbortSignal.timeout(TIMEOUT) });
    const body = await readBytes(response, MAX_METADATA);
    const type = response.headers.get('content-type') ?? '';
    if (!/^application\/json\b/i.test(type) || body === null)
      return new Response(null, { status: response.status >= 400 ? response.status : 502 });
    const returned = returnedHeaders(response.headers, mayPass);
    returned.set('content-type', 'application/json');
    return new Response(Buffer.from(body), { status: response.status, headers: returned });
  } catch {
    return new Response(null, { status: 502 });
  }
}
