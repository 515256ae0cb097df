import type { WrapFlags } from '../commands/wrap.ts';
import { addExamples, type ProgramParts, repeatedOption } from './parts.ts';

/** Declares `aip wrap`. */
export function addWrapCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('wrap')
      .description("put the servers of an MCP client's configuration behind the proxy")
      .argument('<file>', 'the configuration: JSON, as Claude, Cursor, VS Code, Windsurf or Zed keep it')
      .option('--policy <file>', 'one policy for all servers, instead of one for each')
      .option('--audit <file>', 'the audit log, where there is one server')
      .option(
        '--dir <folder>',
        "where the servers' policies and audit logs go (default: .aip beside the file)",
      )
      .addOption(repeatedOption('--server <name>', 'only this server; may be repeated'))
      .option('--launcher <command>', 'how the client starts aip (default: this very program, by its path)')
      .option('--undo', 'take the proxy away again', false)
      .option('--dry-run', 'print what would change, and change nothing', false)
      .action(async (file: string, flags: WrapFlags) => {
        const { runWrap } = await import('../commands/wrap.ts');
        setStatus(await runWrap(context(), file, flags));
      }),
    [
      ['aip wrap ~/.cursor/mcp.json --dry-run', 'what would change'],
      ['aip wrap .vscode/mcp.json --launcher aip', 'with the aip that PATH finds'],
      ['aip wrap ~/.cursor/mcp.json --undo', 'as it was before'],
    ],
  );
}
