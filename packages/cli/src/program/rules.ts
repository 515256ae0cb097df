import { addExamples, formatOption, type ProgramParts } from './parts.ts';

/** Declares `aip rules`. */
export function addRulesCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('rules')
      .description('list the rules of aip lint, or say all about one of them')
      .argument('[name]', 'the rule, or the code of a finding')
      .addOption(formatOption(['pretty', 'json']))
      .action(async (name: string | undefined, options: { format: string }) => {
        const { runRules } = await import('../commands/rules.ts');
        setStatus(await runRules(context(), name, options));
      }),
    [
      ['aip rules', 'every rule in a line'],
      ['aip rules unanchored-pattern', 'its severities, examples and options'],
    ],
  );
}
