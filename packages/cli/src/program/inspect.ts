import { addExamples, formatOption, type ProgramParts } from './parts.ts';

/** `aip inspect`: what a decision table holds. */
export function addInspectCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('inspect')
      .description('show what a decision table holds: rows, engines, sizes, what was shared and folded')
      .argument(
        '<table>',
        'a compiled table (*.aip.json), or a policy that is compiled first; - reads standard input',
      )
      .addOption(formatOption(['pretty', 'json']))
      .action(async (table: string, options: { format: string }) => {
        const { runInspect } = await import('../commands/inspect.ts');
        setStatus(await runInspect(context(), table, options));
      }),
    [
      ['aip inspect agent.aip.json', 'rows, patterns and what runs them'],
      ['aip inspect agent.yaml --format json', 'for a program to read'],
    ],
  );
}
