import { quoteJson } from '@agentpolicy/core';
import { Hono } from 'hono';
import { type Endpoint, type Problem, TOO_LONG } from './endpoint.ts';
import { Exchange } from './session/exchange.ts';
import { readBytes } from './session/remote-upstream.ts';
import { findIntruder, type GuardOptions, stripToken } from './wire/guard.ts';
import { SESSION_HEADER } from './wire/headers.ts';

export interface AppOptions {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly guard: GuardOptions;
  readonly maxBytes: number;
  /** Gets what the server says about how to log in; null where there is nothing of the kind. */
  readonly fetchMetadata: ((path: string) => Promise<Response>) | null;
}

/** The proxy's side towards clients: Streamable HTTP on one path. */
export function createApp(options: AppOptions): Hono {
  const { endpoint, path, guard, maxBytes, fetchMetadata } = options;
  const app = new Hono();
  app.use(async (context, next) => {
    const refusal = findIntruder(context.req.raw.headers, guard);
    if (refusal === null) return await next();
    return fail(refusal.status, refusal.reason);
  });
  app.post(path, (context) =>
    serve(context.req.raw, guard, async (request, exchange) => {
      const type = (context.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
      if (type !== 'application/json') return { status: 400, reason: 'the body must be application/json' };
      if (context.req.header('content-encoding') !== undefined)
        return { status: 400, reason: 'the body must not be compressed' };
      if (Number(context.req.header('content-length') ?? 0) > maxBytes) return TOO_LONG;
      const body = await readBytes(context.req.raw, maxBytes);
      return body === null ? TOO_LONG : await endpoint.post({ ...request, body }, exchange);
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
    app.get('/.well-known/*', (context) => fetchMetadata(new URL(context.req.url).pathname));
  app.notFound(() => fail(404, `nothing is here: the endpoint is ${path}`));
  app.onError(() => fail(500, 'the proxy failed'));
  return app;
}

type Handle = (
  request: { readonly headers: Headers; readonly sessionId: string | null },
  exchange: Exchange,
) => Promise<Problem | null>;

/** Answers as soon as it is known how: a stream begins before its messages have come. */
async function serve(raw: Request, guard: GuardOptions, handle: Handle): Promise<Response> {
  const headers = new Headers(raw.headers);
  stripToken(headers, guard.token);
  const exchange = new Exchange();
  raw.signal.addEventListener('abort', () => exchange.leave(), { once: true });
  const handled = handle({ headers, sessionId: headers.get(SESSION_HEADER) }, exchange);
  const problem = await handled;
  if (problem !== null) {
    exchange.leave();
    return fail(problem.status, problem.reason);
  }
  return await exchange.response;
}

/** A refusal that says why, in the form that clients of the protocol read. */
function fail(status: number, reason: string): Response {
  const error = `{"code":-32600,"message":"Invalid Request","data":{"reason":${quoteJson(reason)}}}`;
  const headers = new Headers({ 'content-type': 'application/json' });
  if (status === 401) headers.set('www-authenticate', 'Bearer realm="aip-proxy"');
  return new Response(`{"jsonrpc":"2.0","id":null,"error":${error}}`, { status, headers });
}
