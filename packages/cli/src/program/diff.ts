import { addExamples, formatOption, type ProgramParts, repeatedOption } from './parts.ts';

export interface DiffFlags {
  readonly format?: readonly string[];
  readonly failOn: string;
  readonly traces?: readonly string[];
  /** False for `--no-acknowledged`. */
  readonly acknowledged?: string | false;
}

export interface EqualFlags {
  readonly format?: readonly string[];
}

export interface CheckFlags extends EqualFlags {
  readonly against: string;
}

export interface WhoCanFlags {
  readonly arg?: readonly string[];
  readonly argPattern?: readonly string[];
  readonly format: string;
}

export interface SampleFlags {
  readonly count: string;
  readonly format: string;
}

const POLICY = 'a policy (YAML or JSON) or a compiled table (*.aip.json); - reads standard input';

const reportOption = () =>
  repeatedOption(
    '--format <name[=file]>',
    'pretty, json, markdown, github or sarif; with =FILE written there, may be repeated ' +
      '(default: github in GitHub Actions, pretty elsewhere)',
  );

/** Declares the commands that compare policies and ask about them. */
export function addDiffCommands(parts: ProgramParts): void {
  addDiff(parts);
  addCheck(parts);
  addEqual(parts);
  addWhoCan(parts);
  addSample(parts);
}

function addDiff({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('diff')
      .description('show what a policy allows that it did not allow before, with a call for each difference')
      .argument('<operands...>', 'OLD and NEW, or two revisions (A..B, A...B) and paths')
      .addOption(reportOption())
      .option('--fail-on <what>', 'exit with 1 on: widened (or not known), any, moved, none', 'widened')
      .addOption(
        repeatedOption(
          '--traces <path>',
          'replay recorded calls (*.jsonl, or folders) and list those decided otherwise; may be repeated',
        ),
      )
      .option(
        '--acknowledged <file>',
        'intended changes, each with a reason, an owner and a last day (default: aip.acknowledged.yaml here or above)',
      )
      .option('--no-acknowledged', 'whatever is acknowledged counts')
      .action(async (operands: string[], flags: DiffFlags) => {
        const { runDiff } = await import('../commands/diff.ts');
        setStatus(await runDiff(context(), operands, flags));
      }),
    [
      ['aip diff old.yaml new.yaml', 'two files'],
      ['aip diff main...HEAD -- policies/', 'what a branch changes'],
      ['aip diff old.yaml new.yaml --traces traces/', 'and which recorded calls it would affect'],
    ],
  );
}

function addCheck({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('check')
      .description('check that a policy permits nothing that its guardrails do not permit')
      .argument('<policy>', POLICY)
      .requiredOption('--against <guardrails>', 'a policy (or table) that no policy may exceed')
      .addOption(reportOption())
      .action(async (policy: string, flags: CheckFlags) => {
        const { runCheck } = await import('../commands/check.ts');
        setStatus(await runCheck(context(), policy, flags));
      }),
    [['aip check team.yaml --against organisation.yaml', 'everything by which the team exceeds it']],
  );
}

function addEqual({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('equal')
      .description('tell whether two policies mean the same')
      .argument('<a>', POLICY)
      .argument('<b>', POLICY)
      .addOption(reportOption())
      .action(async (a: string, b: string, flags: EqualFlags) => {
        const { runEqual } = await import('../commands/equal.ts');
        setStatus(await runEqual(context(), [a, b], flags));
      }),
    [['aip equal agent.yaml agent.aip.json', 'is the table still that of the policy?']],
  );
}

function addWhoCan({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('who-can')
      .description('tell how openly policies decide on calls of a tool, the most open first')
      .argument('<tool>', 'the tool that is called')
      .argument('[paths...]', 'policies, tables, or folders of them', ['.'])
      .addOption(repeatedOption('--arg <name=value>', 'only calls with this argument; may be repeated'))
      .addOption(
        repeatedOption('--arg-pattern <name=regex>', 'only calls whose argument matches; may be repeated'),
      )
      .addOption(formatOption(['pretty', 'json']))
      .action(async (tool: string, paths: string[], flags: WhoCanFlags) => {
        const { runWhoCan } = await import('../commands/who-can.ts');
        setStatus(await runWhoCan(context(), tool, paths, flags));
      }),
    [['aip who-can run_query --arg database=production policies/', 'which agents reach production?']],
  );
}

function addSample({ program, setStatus, context }: ProgramParts): void {
  addExamples(
    program
      .command('sample')
      .description('show calls of a tool that a policy lets pass, and near misses')
      .argument('<policy>', POLICY)
      .argument('<tool>', 'the tool that is called')
      .option('-n, --count <count>', 'how many of each, at most 1000', '5')
      .addOption(formatOption(['pretty', 'json']))
      .action(async (policy: string, tool: string, flags: SampleFlags) => {
        const { runSample } = await import('../commands/sample.ts');
        setStatus(await runSample(context(), policy, tool, flags));
      }),
    [['aip sample agent.yaml fetch_url -n 3', 'three that pass, three that just fail']],
  );
}
