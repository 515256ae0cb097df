import type { Exchange } from './session/exchange.ts';

/** What an HTTP request of the client's asks for, checked and read. */
export interface EndpointRequest {
  readonly headers: Headers;
  readonly sessionId: string | null;
}

/** The server's side of the proxy: what becomes of the client's HTTP requests. */
export interface Endpoint {
  /** A message. Answers on the exchange, or tells by a status why not. */
  post(request: EndpointRequest & { readonly body: Uint8Array }, exchange: Exchange): Promise<Problem | null>;
  /** The stream for what the server says unasked. */
  get(request: EndpointRequest, exchange: Exchange): Promise<Problem | null>;
  /** The end of a session. */
  delete(request: EndpointRequest, exchange: Exchange): Promise<Problem | null>;
  /** Ends all sessions, in bounded time. */
  close(): Promise<void>;
  /** Ends at once what the proxy has started. */
  kill(): void;
}

/** Why an HTTP request is not served. */
export interface Problem {
  readonly status: 400 | 404 | 405 | 413 | 500 | 502 | 503;
  readonly reason: string;
  /** The JSON-RPC error; -32600 unless told. */
  readonly code?: number;
  /** The id of the request in the body as it was written, where that is known. */
  readonly idText?: string;
}

/** The headers say another thing than the body (protocol 2026-07-28). */
export const HEADER_MISMATCH = -32020;

export const UNKNOWN_SESSION: Problem = { status: 404, reason: 'there is no such session: initialize again' };
export const TOO_LONG: Problem = { status: 413, reason: 'the message is longer than the limit' };
export const NO_MESSAGE: Problem = { status: 400, reason: 'there is no message in the body' };
export const FULL: Problem = { status: 503, reason: 'too many sessions are open' };
export const UNREACHED: Problem = { status: 502, reason: 'the server can not be started or reached' };
