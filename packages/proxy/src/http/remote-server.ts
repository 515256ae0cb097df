import { createSecureContext } from 'node:tls';
import { ProxyError } from '../errors/proxy-error.ts';
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

/**
 * What speaks to the server.
 * @throws ProxyError `bad-option` where the authorities' certificates can't be used.
 */
export function createRemoteSender({ url, ca }: Pick<RemoteServer, 'url' | 'ca'>): SendRequest {
  if (ca === undefined) return createSender();
  if (url.protocol !== 'https:')
    throw new ProxyError('bad-option', 'certificates of an authority are for a server at an https URL');
  // Text without any certificate is no error to TLS: then nobody at all would be trusted.
  if (!ca.includes('-----BEGIN CERTIFICATE-----'))
    throw new ProxyError('bad-option', 'the file of the authority holds no certificate in PEM form');
  try {
    createSecureContext({ ca });
  } catch {
    throw new ProxyError('bad-option', 'the certificate of the authority can not be read');
  }
  return createSender(ca);
}
