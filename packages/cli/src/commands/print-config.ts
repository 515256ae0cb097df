import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ProxyError, splitCommand } from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { loadPolicy } from '../input/load-table.ts';
import { CLIENTS, configFileOf, renderClientConfig } from '../wrap/client-formats.ts';
import { ownLauncher } from '../wrap/own-launcher.ts';

interface ConfigFlags {
  readonly policy: string;
  readonly target?: string;
  readonly listen?: string;
  readonly upstream?: string;
  readonly printConfig?: string;
}

/** The reference implementation calls the server so. */
const REFERENCE_NAME = 'protected-tool';

/**
 * `aip proxy --print-config`: the command line as a client's configuration. `given` are the options as they were
 * given, paths made absolute.
 */
export async function runPrintConfig(
  context: CommandContext,
  command: readonly string[],
  flags: ConfigFlags,
  given: readonly string[],
): Promise<ExitStatus> {
  const client = CLIENTS.find((name) => name === flags.printConfig);
  if (client === undefined)
    throw new CliError(`--print-config: \`${flags.printConfig}\` is none of ${CLIENTS.join(', ')}`);
  if (flags.listen !== undefined)
    throw new CliError(
      '--print-config is for a proxy that the client starts',
      'leave --listen out, or give the client the address at which the proxy listens',
    );
  if (flags.upstream === undefined) checkTarget(command, flags.target);
  const { table } = await loadPolicy(context, flags.policy);
  const words = ['proxy', ...given, ...(command.length === 0 ? [] : ['--', ...command])];
  context.write(renderClientConfig(client, table.policy.name, ownLauncher(), words));
  context.warn(`aip: this belongs into ${configFileOf(client)}; restart the client then`);
  return EXIT.clean;
}

/** `aip proxy --generate-cursor-config`: what the reference implementation prints, for our command. */
export function runGenerateCursorConfig(
  context: CommandContext,
  command: readonly string[],
  flags: ConfigFlags,
): ExitStatus {
  checkTarget(command, flags.target);
  const policy = resolve(context.cwd, flags.policy);
  if (!existsSync(policy)) context.warn(`aip: warning: there is no policy at ${policy} yet`);
  const server = flags.target === undefined ? ['--', ...command] : ['--target', flags.target];
  const words = ['proxy', '--policy', policy, ...server];
  context.write(renderClientConfig('cursor', REFERENCE_NAME, ownLauncher(), words));
  context.warn(`aip: this belongs into ${configFileOf('cursor')}; restart Cursor then`);
  return EXIT.clean;
}

/** A mistake is told now, and not by a client whose server does not start. */
function checkTarget(command: readonly string[], target: string | undefined): void {
  if (target === undefined && command.length === 0)
    throw new CliError(
      'there is no server to start',
      'give --target "python server.py", or -- python server.py',
    );
  if (target !== undefined && command.length > 0)
    throw new CliError('the server is given twice', 'give either --target "COMMAND" or -- COMMAND…');
  try {
    if (target !== undefined) splitCommand(target);
  } catch (failure) {
    if (failure instanceof ProxyError) throw new CliError(`--target: ${failure.message}`);
    throw failure;
  }
}
