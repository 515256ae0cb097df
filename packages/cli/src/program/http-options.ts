import type { Command } from 'commander';
import { repeatedOption } from './parts.ts';

/** The options of `aip proxy` that are about HTTP. */
export interface HttpFlags {
  readonly listen?: string;
  readonly upstream?: string;
  readonly upstreamSse: boolean;
  readonly header?: readonly string[];
  readonly ca?: string;
  readonly listenToken?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly insecureHttp: boolean;
  readonly allowHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
}

/** Adds them to a command. */
export function addHttpOptions(command: Command): Command {
  return addUpstreamOptions(command)
    .option('--listen <address>', 'listen for clients over Streamable HTTP, for example at 127.0.0.1:8787')
    .option(
      '--listen-token <env:NAME>',
      'the bearer token that clients must show, from this environment variable',
    )
    .option('--tls-cert <file>', 'listen with TLS: the certificate and its chain, PEM')
    .option('--tls-key <file>', 'the private key of the certificate, PEM without a password')
    .option('--insecure-http', 'let other machines connect without TLS, the token in the clear', false)
    .addOption(repeatedOption('--allow-host <name>', 'a name of the proxy besides those of this machine'))
    .addOption(repeatedOption('--allow-origin <origin>', 'web pages of this origin may use the proxy'));
}

function addUpstreamOptions(command: Command): Command {
  return command
    .option('--upstream <url>', 'the server is at this URL; with --listen or standard input before it')
    .option('--upstream-sse', 'the server speaks HTTP with SSE, the transport of protocol 2024-11-05', false)
    .addOption(
      repeatedOption(
        '--header <header>',
        'send this to the server too: `Authorization: env:TOKEN`; may be repeated',
      ),
    )
    .option('--ca <file>', 'trust the server by these authorities alone, PEM');
}
