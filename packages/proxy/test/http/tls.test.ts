import { createServer, request, type Server } from 'node:https';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { HttpProxyOptions } from '../../src/http/run-http-proxy.ts';
import { callTool } from '../support/wire.ts';
import { makeCertificate } from './certificate.ts';
import { HttpProxy, listen, type Running } from './http-proxy.ts';

const own = makeCertificate();
const other = makeCertificate('other');
const TOOLS = { tools: { read: 'allow' } } as const;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function plainServer(): Promise<Running> {
  const server = await listen(({ body }, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body).id, result: { ok: true } })),
  );
  cleanups.push(() => server.stop());
  return server;
}

/** The same over HTTPS. */
async function secureServer(): Promise<URL> {
  const server: Server = createServer({ cert: own.cert, key: own.key }, (asked, response) => {
    asked.resume();
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"jsonrpc":"2.0","id":1,"result":{}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  return new URL(`https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/mcp`);
}

async function start(
  upstream: HttpProxyOptions['upstream'],
  options: Partial<HttpProxyOptions> = {},
): Promise<HttpProxy> {
  const proxy = new HttpProxy();
  await proxy.start(TOOLS, upstream, options);
  cleanups.push(() => proxy.stop());
  return proxy;
}

/** One message over TLS; the status, or why there is none. */
function post(
  url: URL,
  ca: string | undefined,
  headers: Record<string, string> = {},
): Promise<number | string> {
  return new Promise((resolve) => {
    const options = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(ca === undefined ? {} : { ca }),
    };
    const asked = request(url, options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.once('error', (cause) => resolve('code' in cause ? String(cause.code) : cause.message));
    asked.end(callTool(1, 'read'));
  });
}

describe('clients over TLS', () => {
  it('are served, and trust the certificate that was given', async () => {
    const { url } = await plainServer();
    const proxy = await start({ kind: 'remote', url, headers: new Map() }, { tls: own });
    expect(proxy.url.protocol).toBe('https:');
    expect(await post(proxy.url, own.cert)).toBe(200);
    expect(await post(proxy.url, other.cert)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    // Without TLS nothing is answered.
    await expect(fetch(proxy.url.href.replace('https:', 'http:'))).rejects.toThrow();
  });

  it('of other machines must show the token', async () => {
    const { url } = await plainServer();
    const proxy = await start(
      { kind: 'remote', url, headers: new Map() },
      { tls: own, token: 's3cret', listen: { host: '0.0.0.0', port: 0 } },
    );
    const here = new URL(proxy.url.href.replace('0.0.0.0', '127.0.0.1'));
    expect(await post(here, own.cert)).toBe(401);
    expect(await post(here, own.cert, { authorization: 'Bearer s3cret' })).toBe(200);
  });

  it.each<[string, Partial<HttpProxyOptions>, string]>([
    ['no token', { tls: own }, 'give a bearer token'],
    ['an empty token', { tls: own, token: '' }, 'give a bearer token'],
    ['no TLS', { token: 's3cret' }, 'give --tls-cert and --tls-key'],
  ])('of other machines are not let in with %s', async (_, options, said) => {
    const open = new HttpProxy().start(
      TOOLS,
      { kind: 'local', target: ['x'] },
      { ...options, listen: { host: '0.0.0.0', port: 0 } },
    );
    await expect(open).rejects.toThrow(said);
  });

  it('of other machines are let in without TLS where that is said', async () => {
    const { url } = await plainServer();
    const proxy = await start(
      { kind: 'remote', url, headers: new Map() },
      { token: 's3cret', insecure: true, listen: { host: '0.0.0.0', port: 0 } },
    );
    expect(proxy.url.protocol).toBe('http:');
  });

  it.each([
    ['no PEM', { cert: 'x', key: 'y' }],
    ['another key', { cert: own.cert, key: other.key }],
    ['no key', { cert: own.cert, key: '' }],
  ])('can not be served with %s', async (_, tls) => {
    const open = new HttpProxy().start(TOOLS, { kind: 'local', target: ['x'] }, { tls });
    const failure = await open.then(
      () => '',
      (cause: Error) => cause.message,
    );
    expect(failure).toContain('the certificate and the key for TLS can not be used');
    expect(failure).not.toContain('PRIVATE KEY');
  });
});

describe('a server over TLS', () => {
  const call = async (proxy: HttpProxy): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    return await (await fetch(proxy.url, { method: 'POST', headers, body: callTool(1, 'read') })).json();
  };

  it('is reached where its authority was given', async () => {
    const url = await secureServer();
    const proxy = await start({ kind: 'remote', url, headers: new Map(), ca: own.cert });
    expect(await call(proxy)).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  });

  it.each([
    ['no authority was given', undefined],
    ['another authority was given', other.cert],
  ])('is not trusted where %s', async (_, ca) => {
    const url = await secureServer();
    const upstream = {
      kind: 'remote',
      url,
      headers: new Map(),
      ...(ca === undefined ? {} : { ca }),
    } as const;
    expect(await call(await start(upstream))).toMatchObject({ id: 1, error: { code: -32603 } });
  });

  it('is not trusted because of the environment', async () => {
    const url = await secureServer();
    const proxy = await start({ kind: 'remote', url, headers: new Map(), ca: other.cert });
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    cleanups.push(async () => vi.unstubAllEnvs());
    expect(await call(proxy)).toMatchObject({ id: 1, error: { code: -32603 } });
  });

  it.each([
    ['that is no PEM', 'https://127.0.0.1:1/', 'nothing', 'no certificate in PEM form'],
    [
      'that is broken',
      'https://127.0.0.1:1/',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'no certificate in PEM form',
    ],
    ['for a server without TLS', 'http://127.0.0.1:1/', own.cert, 'for a server at an https URL'],
  ])('can not be trusted by a file %s', async (_, url, ca, said) => {
    const upstream = { kind: 'remote', url: new URL(url), headers: new Map(), ca } as const;
    await expect(new HttpProxy().start(TOOLS, upstream)).rejects.toThrow(said);
  });
});
