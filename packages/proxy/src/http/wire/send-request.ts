import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** One HTTP request to the server behind. */
export interface OutgoingRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body?: string;
  /** Breaks the request off, and its answer. */
  readonly signal: AbortSignal;
}

/** Sends a request; redirections are answers like any other. Rejects where the server can't be reached. */
export type SendRequest = (url: URL, request: OutgoingRequest) => Promise<Response>;

/** A connection that nothing is asked on is closed before servers usually do: a request on a closed one would fail. */
const IDLE = 4000;
/** Milliseconds to reach a server. */
const CONNECT_TIMEOUT = 30_000;
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * Speaks HTTP to servers, and HTTPS to those whose certificate an authority vouches for: one of `ca` (PEM) where that
 * is given, else one that Node knows. A stream may be silent for as long as it likes.
 */
export function createSender(ca?: string): SendRequest {
  const options = { keepAlive: true, timeout: IDLE };
  const agents = {
    http: new HttpAgent(options),
    // Said here, no environment variable (NODE_TLS_REJECT_UNAUTHORIZED) can switch it off.
    https: new HttpsAgent({ ...options, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }),
  };
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const isSecure = url.protocol === 'https:';
      const request = (isSecure ? httpsRequest : httpRequest)(url, {
        method,
        headers: Object.fromEntries(headers),
        agent: isSecure ? agents.https : agents.http,
        maxHeaderSize: MAX_HEADER_BYTES,
        signal,
      });
      const late = setTimeout(() => request.destroy(new Error('connecting took too long')), CONNECT_TIMEOUT);
      request.once('socket', (socket) => {
        if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', () => clearTimeout(late));
        else clearTimeout(late);
      });
      request.once('response', (response) => {
        try {
          resolve(readResponse(response));
        } catch (cause) {
          response.destroy();
          reject(cause);
        }
      });
      // Also told of what happens after the answer began: its body tells that too.
      request.on('error', reject);
      request.once('close', () => clearTimeout(late));
      request.end(body);
    });
}

function readResponse(response: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  const status = response.statusCode ?? 502;
  const hasBody = status !== 204 && status !== 205 && status !== 304;
  if (!hasBody) response.resume();
  return new Response(hasBody ? toWeb(response) : null, { status, headers });
}

function toWeb(response: IncomingMessage): ReadableStream<Uint8Array> {
  // What breaks the answer off is thrown where it is read.
  response.on('error', () => undefined);
  const iterator: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel() {
        response.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
