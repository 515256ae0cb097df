import { ProxyError } from '../errors/proxy-error.ts';
import { readCertificates } from './certificates.ts';
import { isLoopback } from './http-options.ts';
import { createSender, type SendRequest } from './wire/send-request.ts';

/** A server behind a URL. */
export interface RemoteServer {
  readonly kind: 'remote';
  readonly url: URL;
  /** Headers that it is sent besides the client's, by their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Certificates (PEM) of the only authorities that may vouch for it; those that Node knows unless told. */
  readonly ca?: string;
  /** It speaks the transport that came before Streamable HTTP (HTTP with SSE, protocol 2024-11-05). */
  readonly legacy?: boolean;
}

/** What people are told of where the server is: what stands behind the path may be a secret. */
export function describeServer({ url }: Pick<RemoteServer, 'url'>): string {
  return `${url.origin}${url.pathname}`;
}

/** A warning where what is sent to the server can be read on the way; null where it can't. */
export function warnOfClearText({ url }: Pick<RemoteServer, 'url'>): string | null {
  if (url.protocol === 'https:' || isLoopback({ host: url.hostname, port: 0 })) return null;
  return `WARNING: ${url.origin} is not https: what is sent there, tokens too, can be read on the way`;
}

/**
 * What speaks to the server.
 * @throws ProxyError `bad-option` where the authorities' certificates can't be used.
 */
export function createRemoteSender({ url, ca }: Pick<RemoteServer, 'url' | 'ca'>): SendRequest {
  if (ca === undefined) return createSender();
  if (url.protocol !== 'https:')
    throw new ProxyError('bad-option', 'certificates of an authority are for a server at an https URL');
  try {
    // Text without any certificate is no error to TLS: then nobody at all would be trusted.
    if (readCertificates(ca).length > 0) return createSender(ca);
  } catch {
    // Said below.
  }
  throw new ProxyError(
    'bad-option',
    'the file of the authority holds no certificate in PEM form that can be read',
  );
}
