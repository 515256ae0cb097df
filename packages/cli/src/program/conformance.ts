import { addExamples, formatOption, type ProgramParts } from './parts.ts';

/** Declares `aip conformance`. */
export function addConformanceCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('conformance')
      .description("run conformance vectors in the public suite's format")
      .argument('<paths...>', 'vector files (YAML), or folders of them')
      .addOption(formatOption(['pretty', 'json']))
      .option('--level <names>', 'only these levels, separated by commas, for example basic,full')
      .action(async (paths: string[], options: { format: string; level?: string }) => {
        const { runConformanceCommand } = await import('../commands/conformance.ts');
        setStatus(await runConformanceCommand(context(), paths, options));
      }),
    [['aip conformance spec/conformance', 'every level, one line each']],
  );
}
