import { addExamples, formatOption, type ProgramParts } from './parts.ts';

/** Declares `aip trace` and what it can do. */
export function addTraceCommand({ program, setStatus, context }: ProgramParts): void {
  const trace = program
    .command('trace')
    .description('look at recorded traffic, or take it over from elsewhere');
  addExamples(
    trace
      .command('show')
      .description('print a trace as a table: time, direction, method, tool, arguments in brief')
      .argument('<file>', 'a trace (*.jsonl)')
      .option('--session <id>', 'only this session')
      .option('--tool <name>', 'only calls of this tool, and their answers')
      .option('--calls', 'only tool calls', false)
      .action(async (file: string, flags: { session?: string; tool?: string; calls: boolean }) => {
        const { runTraceShow } = await import('../commands/trace-show.ts');
        setStatus(await runTraceShow(context(), file, flags));
      }),
    [['aip trace show session.jsonl --calls', 'what the agent called']],
  );
  addExamples(
    trace
      .command('stats')
      .description('count what traces hold: sessions, messages, tools, redactions, damaged lines')
      .argument('<files...>', 'traces (*.jsonl)')
      .addOption(formatOption(['pretty', 'json']))
      .action(async (files: string[], flags: { format: string }) => {
        const { runTraceStats } = await import('../commands/trace-stats.ts');
        setStatus(await runTraceStats(context(), files, flags));
      }),
    [['aip trace stats traces/*.jsonl', 'all of them together']],
  );
  addExamples(
    trace
      .command('import')
      .description('make a trace of what another program wrote down')
      .argument(
        '<file>',
        'HTTP archive, MCP Inspector history, Claude Desktop log, audit log or JSON-RPC lines; - reads standard input',
      )
      .option('-o, --output <file>', 'write the trace here instead of to standard output')
      .option(
        '--format <format>',
        'what the file is: har, inspector, claude, audit, jsonrpc (default: by its text)',
      )
      .option('--raw', 'take secrets over as they are, instead of texts of their shape', false)
      .action(async (file: string, flags: { output?: string; format?: string; raw: boolean }) => {
        const { runTraceImport } = await import('../commands/trace-import.ts');
        setStatus(await runTraceImport(context(), file, flags));
      }),
    [
      ['aip trace import session.har -o session.jsonl', 'Streamable HTTP, saved by a browser'],
      ['aip trace import mcp-server-files.log -o files.jsonl', "Claude Desktop's log of a server"],
    ],
  );
}
