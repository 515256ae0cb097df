import { addExamples, type ProgramParts } from './parts.ts';

/** Declares `aip compile`. */
export function addCompileCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('compile')
      .description('compile a policy to a decision table')
      .argument('<policy>', 'a policy (YAML or JSON); - reads standard input')
      .option('-o, --output <file>', 'write the table here instead of to standard output')
      .action(async (policy: string, options: { output?: string }) => {
        const { runCompile } = await import('../commands/compile.ts');
        setStatus(await runCompile(context(), policy, options));
      }),
    [
      ['aip compile agent.yaml -o agent.aip.json', 'the table that the proxy can load'],
      ['aip compile - < agent.yaml', 'from standard input to standard output'],
    ],
  );
}
