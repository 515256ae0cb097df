import { addExamples, type ProgramParts, repeatedOption } from './parts.ts';

interface LintFlags {
  readonly format?: readonly string[];
  readonly preset: string;
}

/** Declares `aip lint`. */
export function addLintCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('lint')
      .description('find what is wrong with policies, and what is valid but dangerous')
      .argument('[paths...]', 'policies, or folders to search for them; - reads standard input', ['.'])
      .addOption(
        repeatedOption(
          '--format <name[=file]>',
          'pretty, json, sarif, github, junit or markdown; with =FILE written there, may be repeated ' +
            '(default: github in GitHub Actions, pretty elsewhere)',
        ),
      )
      .option('--preset <name>', 'which rules to run: recommended, strict, all', 'recommended')
      .action(async (paths: string[], flags: LintFlags) => {
        const { runLint } = await import('../commands/lint.ts');
        setStatus(await runLint(context(), paths, flags));
      }),
    [
      ['aip lint', 'every policy in this folder'],
      ['aip lint --format pretty --format sarif=lint.sarif', 'two reports at once'],
      ['cat agent.yaml | aip lint -', 'from standard input'],
    ],
  );
}
