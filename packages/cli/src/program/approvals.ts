import { addExamples, type ProgramParts } from './parts.ts';

/** Declares `aip approvals`. */
export function addApprovalsCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('approvals')
      .description('answer what running proxies ask about calls with `action: ask`')
      .option(
        '--socket <path>',
        "where to listen, in a folder of the user's own (default: where proxies look)",
      )
      .option('--plain', 'lines instead of a screen, also at a terminal')
      .action(async (flags: { socket?: string; plain?: true }) => {
        const { runApprovals } = await import('../commands/approvals.ts');
        setStatus(await runApprovals(context(), flags));
      }),
    [['aip approvals', 'in a terminal of its own']],
  );
}
