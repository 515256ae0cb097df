import { createPrivateKey } from 'node:crypto';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { describeCause } from '../errors/describe-cause.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { readCertificates } from './certificates.ts';
import { isLoopback, type ListenAddress } from './http-options.ts';

/** Who may connect, and how. */
export interface ListenOptions {
  readonly listen: ListenAddress;
  /** What clients must show; needed where others than this machine can reach the proxy. */
  readonly token?: string;
  /** Certificate chain and private key, in PEM form: clients speak HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Others than this machine may connect without TLS: something in front of the proxy takes care of it. */
  readonly insecure?: boolean;
  readonly patience?: Patience;
}

/** Milliseconds that a client has. */
export interface Patience {
  /** For a TLS handshake, and for the head of a request. */
  readonly head: number;
  /** For all of a request. */
  readonly request: number;
  /** How often is looked for who takes longer. */
  readonly checkEvery: number;
}

const DEFAULT_PATIENCE: Patience = { head: 10_000, request: 60_000, checkEvery: 2000 };
const MAX_HEADER_BYTES = 32 * 1024;
const MAX_CONNECTIONS = 2000;

/** @throws ProxyError `bad-option` where others than this machine would get in too easily. */
export function checkListenOptions({ listen, token, tls, insecure = false }: ListenOptions): void {
  if (tls !== undefined) checkTls(tls);
  if (isLoopback(listen)) return;
  const place = `others than this machine can reach ${listen.host}`;
  if (token === undefined || token === '')
    throw new ProxyError(
      'bad-option',
      `${place}: give a bearer token (--listen-token env:NAME), or listen at 127.0.0.1`,
    );
  if (tls === undefined && !insecure)
    throw new ProxyError(
      'bad-option',
      `${place}, and the token would go in the clear: give --tls-cert and --tls-key, or --insecure-http where something in front has TLS`,
    );
}

function checkTls({ cert, key }: { readonly cert: string; readonly key: string }): void {
  if (belongTogether(cert, key)) return;
  throw new ProxyError(
    'bad-option',
    'the certificate and the key for TLS can not be used: each must be PEM, the key without a password, and they must belong together',
  );
}

/** Tells nothing else: what OpenSSL says of a key may hold a part of it. */
function belongTogether(cert: string, key: string): boolean {
  try {
    return readCertificates(cert)[0]?.checkPrivateKey(createPrivateKey(key)) === true;
  } catch {
    return false;
  }
}

/** What listens, and where. */
export interface Listener {
  readonly server: Server;
  readonly url: URL;
}

/**
 * Serves the app.
 * @throws ProxyError `listen-failed`
 */
export async function startListening(app: Hono, path: string, options: ListenOptions): Promise<Listener> {
  const { listen, tls, patience = DEFAULT_PATIENCE } = options;
  const limits = {
    headersTimeout: patience.head,
    requestTimeout: patience.request,
    connectionsCheckingInterval: patience.checkEvery,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const listener = getRequestListener(app.fetch);
  const server =
    tls === undefined
      ? createHttpServer(limits, listener)
      : createHttpsServer({ ...limits, ...tls, handshakeTimeout: patience.head }, listener);
  // Node would leave out the headers beyond a number, and what was left out is not checked: their size is the limit.
  server.maxHeadersCount = 0;
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(explainListen(listen, cause)));
    server.listen(listen.port, listen.host.replace(/^\[|\]$/g, ''), resolve);
  });
  // A connection that fails later ends alone.
  server.on('error', () => undefined);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : listen.port;
  const scheme = tls === undefined ? 'http' : 'https';
  return { server, url: new URL(`${scheme}://${listen.host}:${port}${path}`) };
}

function explainListen({ host, port }: ListenAddress, cause: Error): ProxyError {
  const code = describeCause(cause);
  const remedy = code === 'EADDRINUSE' ? '; something else listens there: choose another port' : '';
  return new ProxyError('listen-failed', `can't listen at ${host}:${port}: ${code}${remedy}`);
}
