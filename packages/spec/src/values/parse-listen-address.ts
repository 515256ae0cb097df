import type { ValueResult } from './value-result.ts';

export interface ListenAddress {
  /** Empty or `*` for every interface; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether only this machine can reach it: `127.0.0.1`, `::1` or `localhost`. */
  readonly loopback: boolean;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

const SHAPE = 'an address is written HOST:PORT or :PORT, an IPv6 address in brackets';

/** Reads an address to listen on (v1alpha2 §3.8.2). */
export function parseListenAddress(text: string): ValueResult<ListenAddress> {
  const colon = text.lastIndexOf(':');
  const digits = text.slice(colon + 1);
  if (colon === -1 || !/^[0-9]{1,5}$/.test(digits)) return { ok: false, problem: SHAPE };
  const port = Number(digits);
  if (port > 65_535) return { ok: false, problem: 'a port is at most 65535' };
  const written = text.slice(0, colon);
  const bracketed = /^\[([0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?)\]$/.exec(written)?.[1];
  if (bracketed === undefined && !/^(?:[A-Za-z0-9._-]*|\*)$/.test(written))
    return { ok: false, problem: SHAPE };
  const host = bracketed ?? written;
  return { ok: true, value: { host, port, loopback: LOOPBACK.has(host.toLowerCase()) } };
}
