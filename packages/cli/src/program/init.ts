import { addExamples, type ProgramParts } from './parts.ts';

interface InitFlags {
  readonly target?: string;
  readonly output?: string;
  readonly name: string;
  readonly timeout: string;
}

/** Declares `aip init`. */
export function addInitCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('init')
      .description(
        'ask an MCP server for its tools, and draft a policy in which each is blocked or asked about',
      )
      .option('--target <command>', "the server's command line, split as a shell would, without a shell")
      .option('-o, --output <file>', 'write the policy here instead of to standard output')
      .option('--name <name>', "the policy's name", 'drafted-policy')
      .option('--timeout <seconds>', 'how long the server may take to answer', '30')
      .argument('[command...]', "the server's command and arguments, behind --")
      .action(async (command: string[], flags: InitFlags) => {
        const { runInit } = await import('../commands/init.ts');
        setStatus(await runInit(context(), command, flags));
      }),
    [['aip init -o agent.yaml -- npx some-server .', 'start with nothing permitted']],
  );
}
