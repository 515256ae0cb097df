import { addExamples, type ProgramParts, repeatedOption } from './parts.ts';

export interface TestFlags {
  readonly format?: readonly string[];
  readonly policy?: string;
  readonly filter?: readonly string[];
  readonly bail?: string | true;
  readonly shard?: string;
  readonly update?: true;
  readonly coverage?: readonly string[];
  readonly coverageThreshold?: string;
  readonly mutate?: true;
  readonly mutationThreshold?: string;
  readonly merge?: true;
  readonly jobs?: string;
  readonly quiet?: true;
  readonly watch?: true;
}

/** Declares `aip test`. */
export function addTestCommand({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('test')
      .description('replay recorded MCP traffic through a policy and hold the decisions against expectations')
      .argument('[paths...]', 'suites (*.aip-test.yaml), traces (*.jsonl), or folders to search for suites', [
        '.',
      ])
      .addOption(
        repeatedOption(
          '--format <name[=file]>',
          'pretty, json, junit, tap, github or markdown; with =FILE written there, may be repeated ' +
            '(default: github in GitHub Actions, pretty elsewhere)',
        ),
      )
      .option(
        '--policy <file>',
        'the policy for traces that are named themselves; their lines say what is expected',
      )
      .addOption(repeatedOption('--filter <text>', 'only cases whose name holds the text; may be repeated'))
      .option('--bail [count]', 'run no further suite once so many cases have failed (1 unless told)')
      .option('--shard <i/n>', 'only this part of the suites, for example 2/4')
      .option(
        '--jobs <count>',
        'how many threads replay at once (as many as the machine and the traces are worth unless told)',
      )
      .option('--update', "write today's decisions into the suites, as a snapshot to review")
      .addOption(
        repeatedOption(
          '--coverage <name[=file]>',
          'what the tests show of the policy: text, json, lcov or html; may be repeated',
        ),
      )
      .option('--coverage-threshold <percent>', 'fail where less of the policy was seen')
      .option('--mutate', 'change the policies as mistakes would, and list what no suite notices')
      .option(
        '--mutation-threshold <percent>',
        'fail where fewer of the mistakes are noticed (100 unless told)',
      )
      .option('--merge', 'the paths are JSON reports of shards: put them together')
      .option('--watch', 'run again what a saved policy, suite or trace touches')
      .option('--quiet', 'no progress on standard error')
      .action(async (paths: string[], flags: TestFlags) => {
        const { runTest } = await import('../commands/test.ts');
        setStatus(await runTest(context(), paths, flags));
      }),
    [
      ['aip test traces/', 'every suite in this folder'],
      ['aip test --format pretty --format junit=tests.xml', 'two reports at once'],
      ['aip test --coverage html=coverage.html', 'what the tests show of the policy, as a page'],
      ['aip test --mutate', 'which mistakes in the policy no test would notice'],
      ['aip test --shard 2/4 --format json=2.json', 'one of four machines; then: aip test --merge *.json'],
    ],
  );
}
