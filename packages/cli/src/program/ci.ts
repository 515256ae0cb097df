import { Option } from 'commander';
import { addExamples, type ProgramParts, repeatedOption } from './parts.ts';

export interface CiFlags {
  readonly base?: string;
  readonly head?: string;
  readonly tests?: readonly string[];
  readonly skip?: readonly string[];
  readonly failOn: string;
  readonly traces?: readonly string[];
  /** False for `--no-acknowledged`. */
  readonly acknowledged?: string | false;
  /** False for `--no-coverage`. */
  readonly coverage: boolean;
  readonly coverageThreshold?: string;
  readonly sarif?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly comment?: true;
  readonly commentKey: string;
  readonly uploadSarif?: true;
  readonly action?: true;
}

/** Declares `aip ci`. */
export function addCiCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('ci')
      .description('lint, test and compare with the base in one command, with one report and one result')
      .argument('[paths...]', 'policies, or folders of them, to lint and to compare (default: all)')
      .option('--base <revision>', 'what to compare with (default: what the CI system says, or origin/HEAD)')
      .option(
        '--head <revision>',
        'the newer side (default: HEAD); what is linted and tested is the checkout',
      )
      .addOption(repeatedOption('--tests <path>', 'suites, or folders of them (default: this folder)'))
      .addOption(repeatedOption('--skip <step>', 'leave out lint, test or diff; may be repeated'))
      .option(
        '--fail-on <what>',
        'stop at a change that is: widened (or not known), any, moved, none',
        'widened',
      )
      .addOption(repeatedOption('--traces <path>', 'recorded calls to replay through both sides of a change'))
      .option('--acknowledged <file>', 'intended changes (default: aip.acknowledged.yaml here or above)')
      .option('--no-acknowledged', 'whatever is acknowledged counts')
      .option('--no-coverage', 'do not tell how much of the policies the tests show')
      .option('--coverage-threshold <percent>', 'fail where the tests show less of the policies')
      .option('--sarif <file>', 'write the findings of lint and diff here')
      .option('--junit <file>', 'write the results of all steps here')
      .option('--markdown <file>', 'write the report here')
      .option('--comment', "write the report to the pull request's one comment (GitHub, with GITHUB_TOKEN)")
      .option('--comment-key <name>', 'tells several such comments apart', 'default')
      .option('--upload-sarif', 'send the findings to code scanning (GitHub, with GITHUB_TOKEN)')
      .addOption(new Option('--action', 'take everything from the inputs of the GitHub Action').hideHelp())
      .action(async (paths: string[], flags: CiFlags) => {
        const { runCi } = await import('../commands/ci.ts');
        setStatus(await runCi(context(), paths, flags));
      }),
    [
      ['aip ci', 'in a CI system that says what to compare with'],
      ['aip ci --base origin/main policies/', 'everywhere else'],
      ['aip ci --sarif aip.sarif --junit aip.xml', 'with reports for other tools'],
    ],
  );
}
