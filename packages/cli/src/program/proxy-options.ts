import { type Command, Option } from 'commander';
import { repeatedOption } from './parts.ts';

/** The options of `aip proxy` that say what is enforced, and how. */
export interface EnforcementFlags {
  readonly filterTools: boolean;
  readonly denyAs: string;
  readonly dryRun: boolean;
  readonly requestTimeout?: string;
  readonly pin?: string;
  readonly rawServerStderr: boolean;
  readonly logFormat: string;
  readonly watch: boolean;
  readonly ask: string;
  readonly askTimeout?: string;
  readonly askLimit?: string;
  readonly publicKey?: readonly string[];
  readonly requireSignature: boolean;
}

/** Adds them to a command. */
export function addEnforcementOptions(command: Command): Command {
  return command
    .option('--no-filter-tools', 'show the client also the tools that it may not call')
    .addOption(
      new Option(
        '--deny-as <form>',
        'answer a refused call with an error, or with a result that a model reads',
      )
        .choices(['error', 'result'])
        .default('error'),
    )
    .option('--dry-run', 'log what breaks the policy and let it through, whatever its mode', false)
    .option('--request-timeout <seconds>', 'answer for a server that takes longer; never unless given')
    .option(
      '--pin <file>',
      "pin the tools' definitions at first sight, and refuse calls of tools that change",
    )
    .option(
      '--raw-server-stderr',
      "pass the server's standard error on as it is, control sequences and all",
      false,
    )
    .addOption(
      new Option('--log-format <format>', 'how the lines on standard error are written')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--no-watch', 'do not follow changes of the policy file')
    .addOption(
      repeatedOption('--public-key <file>', 'refuse a policy that this key did not sign; may be repeated'),
    )
    .option('--require-signature', 'refuse to start unless --public-key is given', false)
    .addOption(
      new Option(
        '--ask <way>',
        'who approves calls with `action: ask`: the console, else a dialog of the desktop; or the MCP client itself',
      )
        .choices(['auto', 'console', 'desktop', 'client', 'never'])
        .default('auto'),
    )
    .option('--ask-timeout <seconds>', 'how long a question stays open (default: 50)')
    .option(
      '--ask-limit <count>',
      'questions in a minute, beyond which calls are refused unasked (default: 20)',
    );
}
