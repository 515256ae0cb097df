import { quoteJson } from '@agentpolicy/core';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { type Endpoint, HEADER_MISMATCH, type Problem, TOO_LONG } from './endpoint.ts';
import type { RefuseRequest } from './enforcement.ts';
import { Exchange } from './session/exchange.ts';
import { findForeigner, findIntruder, type GuardOptions, type Refusal, stripToken } from './wire/guard.ts';
import { EXPOSED, SESSION_HEADER } from './wire/headers.ts';
import { readBytes } from './wire/read-bytes.ts';

export interface AppOptions {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly guard: GuardOptions;
  readonly maxBytes: number;
  /** Told of messages that are refused before they are judged. */
  readonly refuse: RefuseRequest;
  /** Told of who may not connect. */
  readonly onIntruder: (reason: string) => void;
  /** Gets what the server says about how to log in; null where there is nothing of the kind. */
  readonly fetchMetadata: ((path: string) => Promise<Response>) | null;
}

/** The proxy's side towards clients: Streamable HTTP on one path. */
export function createApp(options: AppOptions): Hono {
  const { endpoint, path, guard, maxBytes, refuse, onIntruder, fetchMetadata } = options;
  const app = new Hono();
  const keepOut = (find: typeof findForeigner): void => {
    app.use(async (context, next) => {
      const refusal = find(context.req.raw.headers, guard, context.req.url);
      if (refusal === null) return await next();
      onIntruder(refusal.reason);
      return fail(refusal);
    });
  };
  keepOut(findForeigner);
  // A browser asks first, without the token, whether the page may ask at all.
  if (guard.origins.size > 0) app.use(cors({ origin: [...guard.origins], exposeHeaders: [...EXPOSED] }));
  keepOut(findIntruder);
  app.use(async (context, next) =>
    // Hono answers HEAD by what it does for GET: that would open a stream which nobody reads.
    context.req.method === 'HEAD' ? fail(NO_HEAD) : await next(),
  );
  app.post(path, (context) =>
    serve(context.req.raw, guard, async (request, exchange) => {
      const type = (context.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
      if (type !== 'application/json') return { status: 400, reason: 'the body must be application/json' };
      if (context.req.header('content-encoding') !== undefined)
        return { status: 400, reason: 'the body must not be compressed' };
      const isLong = Number(context.req.header('content-length') ?? 0) > maxBytes;
      const body = isLong ? null : await readBytes(context.req.raw, maxBytes);
      if (body === null) return refuse({ problem: TOO_LONG, message: null });
      return await endpoint.post({ ...request, body }, exchange);
    }),
  );
  app.get(path, (context) =>
    serve(context.req.raw, guard, async (request, exchange) => {
      if (!(context.req.header('accept') ?? '').includes('text/event-stream'))
        return { status: 405, reason: 'GET opens a stream: accept text/event-stream' };
      return await endpoint.get(request, exchange);
    }),
  );
  app.delete(path, (context) =>
    serve(context.req.raw, guard, (request, exchange) => endpoint.delete(request, exchange)),
  );
  if (fetchMetadata !== null)
    app.get(`${METADATA_PATH}*`, async (context) => {
      const { pathname } = new URL(context.req.url);
      return pathname.startsWith(METADATA_PATH) ? await fetchMetadata(pathname) : fail(NOTHING);
    });
  app.all(path, () => fail(NO_METHOD));
  app.notFound(() => fail({ ...NOTHING, reason: `nothing is here: the endpoint is ${path}` }));
  app.onError(() => fail({ status: 500, reason: 'the proxy failed' }));
  return app;
}

/** Below it stands what a server says about how to log in (RFC 8615). */
const METADATA_PATH = '/.well-known/';

const NOTHING: Problem = { status: 404, reason: 'nothing is here' };
const NO_HEAD: Problem = { status: 405, reason: 'HEAD is not served' };
const NO_METHOD: Problem = { status: 405, reason: 'only POST, GET and DELETE are served' };

type Handle = (
  request: { readonly headers: Headers; readonly sessionId: string | null },
  exchange: Exchange,
) => Promise<Problem | null>;

/** Answers as soon as it is known how: a stream begins before its messages have come. */
async function serve(raw: Request, guard: GuardOptions, handle: Handle): Promise<Response> {
  const headers = new Headers(raw.headers);
  stripToken(headers, guard.token);
  const exchange = new Exchange();
  exchange.acceptsStream = (headers.get('accept') ?? '').includes('text/event-stream');
  raw.signal.addEventListener('abort', () => exchange.leave(), { once: true });
  const problem = await handle({ headers, sessionId: headers.get(SESSION_HEADER) }, exchange).catch(
    (cause) => {
      exchange.leave();
      throw cause;
    },
  );
  if (problem !== null) {
    exchange.leave();
    return fail(problem);
  }
  return await exchange.response;
}

/** A refusal that says why, in the form that clients of the protocol read. */
function fail(problem: Problem | Refusal): Response {
  const { status, reason } = problem;
  const { code = -32600, idText = 'null' } = 'code' in problem ? problem : {};
  const message = code === HEADER_MISMATCH ? `Header mismatch: ${reason}` : 'Invalid Request';
  const error = `{"code":${code},"message":${quoteJson(message)},"data":{"reason":${quoteJson(reason)}}}`;
  const headers = new Headers({ 'content-type': 'application/json' });
  if (status === 401) headers.set('www-authenticate', 'Bearer realm="aip-proxy"');
  if (status === 405) headers.set('allow', 'POST, GET, DELETE');
  return new Response(`{"jsonrpc":"2.0","id":${idText},"error":${error}}`, { status, headers });
}
