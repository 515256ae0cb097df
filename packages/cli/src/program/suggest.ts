import { addExamples, type ProgramParts } from './parts.ts';

/** Declares `aip suggest`. */
export function addSuggestCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('suggest')
      .description('draft a least-privilege policy from recorded traffic')
      .argument('<paths...>', 'traces (*.jsonl), or folders to search for them')
      .option('-o, --output <file>', 'write the policy here instead of to standard output')
      .option('--name <name>', "the policy's name", 'drafted-policy')
      .action(async (paths: string[], flags: { output?: string; name: string }) => {
        const { runSuggest } = await import('../commands/suggest.ts');
        setStatus(await runSuggest(context(), paths, flags));
      }),
    [['aip suggest traces/ -o agent.yaml', 'what the sessions did is permitted, and nothing else']],
  );
}
