import { Option } from 'commander';
import { CliError } from '../exit-status.ts';
import type { LintFlags } from '../lint/flags.ts';
import { addExamples, type ProgramParts, repeatedOption } from './parts.ts';

type WrittenFlags = Omit<LintFlags, 'fix'> & { readonly fix?: string | true };

/**
 * `--fix` takes its value with `=`. The command line's parser gives it the next word too, as in `--fix policies/`:
 * that is a path.
 */
function separateFix(
  paths: readonly string[],
  { fix, ...flags }: WrittenFlags,
): readonly [readonly string[], LintFlags] {
  if (fix === undefined) return [paths, flags];
  if (fix === true || fix === 'safe') return [paths, { ...flags, fix: 'safe' }];
  return fix === 'unsafe' ? [paths, { ...flags, fix }] : [[fix, ...paths], { ...flags, fix: 'safe' }];
}

/**
 * `--format NAME -o FILE` is `--format NAME=FILE`: the command line's parser calls both in their order, so that each
 * file belongs to the format before it.
 */
function createReportOptions(): { readonly format: Option; readonly output: Option } {
  const values: string[] = [];
  const format = new Option(
    '--format <name[=file]>',
    'pretty, json, sarif, github, junit or markdown; with =FILE written there, may be repeated ' +
      '(default: github in GitHub Actions, pretty elsewhere)',
  ).argParser((value: string) => {
    values.push(value);
    return values;
  });
  const output = new Option(
    '-o, --output <file>',
    'write the report of the --format before it there',
  ).argParser((file: string) => {
    const last = values.pop();
    if (last === undefined) {
      throw new CliError(`\`-o ${file}\` follows no format`, `for example: --format sarif -o ${file}`);
    }
    if (last.includes('=')) {
      throw new CliError(`\`--format ${last}\` has a file already, and \`-o ${file}\` names another one`);
    }
    values.push(`${last}=${file}`);
    return file;
  });
  return { format, output };
}

/** Declares `aip lint`. */
export function addLintCommand({ program, setStatus, context }: ProgramParts): void {
  const { format, output } = createReportOptions();
  addExamples(
    program
      .command('lint')
      .description('find what is wrong with policies, and what is valid but dangerous')
      .argument(
        '[paths...]',
        'policies, globs, or folders to search for policies; - reads standard input ' +
          "(default: the configuration's roots, or this folder)",
      )
      .addOption(format)
      .addOption(output)
      .option(
        '--fix [=safety]',
        'repair what can be repaired without permitting more; --fix=unsafe repairs the rest too',
      )
      .option('--fix-dry-run', 'print what --fix would change as a diff, and write nothing')
      .option('--preset <name>', 'which rules to run: recommended, strict, all (default: recommended)')
      .addOption(repeatedOption('--rule <name=severity>', 'error, warning, info or off; may be repeated'))
      .option(
        '--fail-level <severity>',
        'the mildest finding that fails: error, warning, info (default: warning)',
      )
      .option('--max-warnings <count>', 'let so many warnings pass')
      .option('--config <file>', 'instead of aip.config.yaml here or above, up to the repository')
      .option('--no-config', 'read no configuration')
      .option('--print-config', 'print what counts for the first path, and check nothing')
      .option('--no-ignores', 'heed no `# aip-ignore` comments')
      .option('--baseline <file>', 'keep the findings in it quiet')
      .option('--update-baseline', 'write the present findings to the baseline')
      .option('--tools <file>', "the server's tools: a recorded tools/list, or a trace")
      .option('--public-key <file>', 'PEM of the key that signatures should verify with')
      .option('--stdin-filename <file>', 'what standard input is called')
      .action(async (paths: string[], flags: WrittenFlags) => {
        const { runLint } = await import('../commands/lint.ts');
        setStatus(await runLint(context(), ...separateFix(paths, flags)));
      }),
    [
      ['aip lint', 'every policy in this folder'],
      ['aip lint --format pretty --format sarif -o lint.sarif', 'two reports at once'],
      ['aip lint --fix policies/', 'repair what is safe to repair'],
      ['aip lint --fix-dry-run policies/', 'show what that would change'],
      ['cat agent.yaml | aip lint - --stdin-filename agent.yaml', 'for an editor'],
    ],
  );
}
