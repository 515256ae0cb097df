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
      .action(async (flags: { socket?: string }) => {
        const { runApprovals } = await import('../commands/approvals.ts');
        setStatus(await runApprovals(context(), flags));
      }),
    [['aip approvals', 'in a terminal of its own']],
  );
}
