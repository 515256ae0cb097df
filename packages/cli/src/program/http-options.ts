import type { Command } from 'commander';
import { repeatedOption } from './parts.ts';

/** The options of `aip proxy` that are about HTTP. */
export interface HttpFlags {
  readonly listen?: string;
  readonly upstream?: string;
  readonly header?: readonly string[];
  readonly listenToken?: string;
  readonly allowHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
}

/** Adds them to a command. */
export function addHttpOptions(command: Command): Command {
  return command
    .option('--listen <address>', 'listen for clients over Streamable HTTP, for example at 127.0.0.1:8787')
    .option('--upstream <url>', 'the server is at this URL; without it, each session starts the command')
    .addOption(
      repeatedOption(
        '--header <header>',
        'send this to the server too: `Authorization: env:TOKEN`; may be repeated',
      ),
    )
    .option(
      '--listen-token <env:NAME>',
      'the bearer token that clients must show, from this environment variable',
    )
    .addOption(repeatedOption('--allow-host <name>', 'a name of the proxy besides those of this machine'))
    .addOption(repeatedOption('--allow-origin <origin>', 'web pages of this origin may use the proxy'));
}
