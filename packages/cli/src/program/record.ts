import { addExamples, type ProgramParts } from './parts.ts';

interface RecordFlags {
  readonly output?: string;
  readonly target?: string;
  readonly append: boolean;
  readonly raw: boolean;
  readonly policy?: string;
  readonly maxSize?: string;
  readonly label?: string;
}

/** Declares `aip record`. */
export function addRecordCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('record')
      .description(
        'write down what passes between an MCP client (standard input and output) and an MCP server',
      )
      .option('-o, --output <file>', 'the trace to write (default: aip-trace-TIME.jsonl in this folder)')
      .option('--target <command>', "the server's command line, split as a shell would, without a shell")
      .option('--append', 'go on in a trace that exists', false)
      .option('--max-size <size>', 'past this size (100MB) the trace goes on in NAME.2.jsonl')
      .option('--label <name>', "the server's name in the trace (default: the command's)")
      .option('--raw', 'write secrets as they pass, instead of texts of their shape', false)
      .option('--policy <file>', "redact what this policy's DLP patterns find, instead of well-known tokens")
      .argument('[command...]', "the server's command and arguments, behind --")
      .action(async (command: string[], flags: RecordFlags) => {
        const { runRecord } = await import('../commands/record.ts');
        setStatus(await runRecord(context(), command, flags));
      }),
    [
      ['aip record -o session.jsonl --target "python server.py"', 'the server as one string'],
      [
        'aip record -o session.jsonl --append -- npx some-server .',
        'or as arguments; many sessions in a file',
      ],
    ],
  );
}
