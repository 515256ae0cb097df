import { type Command, Option } from 'commander';
import type { CommandContext } from '../context.ts';
import { type AuditFlags, addAuditOptions } from './audit-options.ts';
import { listGivenFlags } from './given-flags.ts';
import { addHttpOptions, type HttpFlags } from './http-options.ts';
import { addExamples, type ProgramParts } from './parts.ts';
import { addEnforcementOptions, type EnforcementFlags } from './proxy-options.ts';

/** All that `aip proxy` can be told. */
export interface ProxyFlags extends AuditFlags, EnforcementFlags, HttpFlags {
  readonly policy: string;
  readonly target?: string;
  readonly audit?: string;
  readonly verbose: boolean;
  readonly otlpEndpoint?: string;
  readonly printConfig?: string;
  readonly generateCursorConfig: boolean;
}

/** Declares `aip proxy`. */
export function addProxyCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    addConfigOptions(addHttpOptions(addEnforcementOptions(addAuditOptions(program.command('proxy')))))
      .description('enforce a policy between an MCP client (standard input and output) and an MCP server')
      .requiredOption('--policy <file>', 'a policy (YAML or JSON) or a compiled table (*.aip.json)')
      .option('--target <command>', "the server's command line, split as a shell would, without a shell")
      .option('--audit <file>', 'append every decision to this file, as JSON lines')
      .option('--verbose', 'log every message to standard error', false)
      .option(
        '--otlp-endpoint <url>',
        'send metrics and traces there by OTLP over HTTP (default: as OTEL_… variables say)',
      )
      .argument('[command...]', "the server's command and arguments, behind --")
      .action(async (command: string[], flags: ProxyFlags, proxy: Command) => {
        setStatus(await run(context(), command, flags, proxy));
      }),
    [
      ['aip proxy --policy agent.yaml --target "python server.py"', 'the server as one string'],
      ['aip proxy --policy agent.aip.json --audit audit.jsonl -- npx some-server .', 'or as arguments'],
      [
        'aip proxy --policy agent.yaml --listen 127.0.0.1:8787 --upstream https://mcp.example/mcp',
        'a server behind a URL',
      ],
      [
        'aip proxy --policy agent.yaml --print-config vscode -- npx some-server .',
        'all this as the configuration of an MCP client',
      ],
    ],
  );
}

/** The options that print a configuration instead of starting anything. */
function addConfigOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--print-config <client>',
        'print this command as the configuration of an MCP client, and start nothing',
      ).choices(['cursor', 'claude-desktop', 'claude-code', 'vscode', 'windsurf', 'zed']),
    )
    .option('--generate-cursor-config', 'print what the reference implementation prints for Cursor', false);
}

async function run(
  context: CommandContext,
  command: readonly string[],
  flags: ProxyFlags,
  proxy: Command,
): Promise<number> {
  if (flags.generateCursorConfig || flags.printConfig !== undefined) {
    const { runGenerateCursorConfig, runPrintConfig } = await import('../commands/print-config.ts');
    if (flags.generateCursorConfig) return runGenerateCursorConfig(context, command, flags);
    return await runPrintConfig(context, command, flags, listGivenFlags(proxy, context.cwd, ['printConfig']));
  }
  const { runProxyCommand } = await import('../commands/proxy.ts');
  return await runProxyCommand(context, command, flags);
}
