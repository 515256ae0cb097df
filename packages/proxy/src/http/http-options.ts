import { ProxyError } from '../errors/proxy-error.ts';
import { LOOPBACK_HOSTS } from './wire/guard.ts';

/** Where the proxy listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
}

/**
 * Reads `HOST:PORT`, `[IPV6]:PORT` or `PORT`, which is on this machine alone.
 * @throws ProxyError `bad-option`
 */
export function parseListenAddress(text: string): ListenAddress {
  const found = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+):)?(\d{1,5})$/.exec(text);
  const port = Number(found?.[2]);
  if (found === null || port > 65_535)
    throw new ProxyError('bad-option', `\`${text}\` is no address to listen at; write 127.0.0.1:8787`);
  return { host: found[1] ?? '127.0.0.1', port };
}

/** Only this machine reaches the address. */
export function isLoopback({ host }: ListenAddress): boolean {
  return LOOPBACK_HOSTS.has(host.toLowerCase()) || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * Reads the URL of a server; only http and https will do.
 * @throws ProxyError `bad-option`
 */
export function parseUpstream(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new ProxyError(
      'bad-option',
      'the upstream is no http or https URL; write http://127.0.0.1:3001/mcp',
    );
  if (url.username !== '' || url.password !== '')
    throw new ProxyError('bad-option', 'the upstream URL holds a password; pass it in a header instead');
  return url;
}

/**
 * Reads the origin of a web page, `https://app.example`.
 * @throws ProxyError `bad-option`
 */
export function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.origin === 'null' || url.origin !== text.replace(/\/$/, '').toLowerCase())
    throw new ProxyError('bad-option', `\`${text}\` is no origin of a web page; write https://app.example`);
  return url.origin;
}

/**
 * Reads a header that goes to the server, `Name: value`; the value `env:NAME` is that environment variable's.
 * @throws ProxyError `bad-option`
 */
export function parseHeader(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly [name: string, value: string] {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(0, colon)).trim().toLowerCase();
  const written = text.slice(colon + 1).trim();
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
    throw new ProxyError('bad-option', 'a header has no name; write `Authorization: env:TOKEN`');
  const variable = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(written)?.[1];
  const value = variable === undefined ? written : env[variable];
  if (value === undefined || value === '')
    throw new ProxyError(
      'bad-option',
      `the header ${name} has no value${variable === undefined ? '' : `: ${variable} is not set`}`,
    );
  if (/[\r\n\0]/.test(value))
    throw new ProxyError('bad-option', `the header ${name} has a line end in its value`);
  if (!/^[\t\x20-\x7e]*$/.test(value))
    throw new ProxyError('bad-option', `the header ${name} has characters that no header can hold`);
  return [name, value];
}
