import { Command } from 'commander';
import { createContext } from './context.ts';
import { addApprovalsCommand } from './program/approvals.ts';
import { addAuditCommand } from './program/audit.ts';
import { addDiffCommands } from './program/diff.ts';
import { addInitCommand } from './program/init.ts';
import { addInspectCommand } from './program/inspect.ts';
import { addLintCommand } from './program/lint.ts';
import { addLspCommand } from './program/lsp.ts';
import { addExamples, formatOption } from './program/parts.ts';
import { addProxyCommand } from './program/proxy.ts';
import { addRecordCommand } from './program/record.ts';
import { addRulesCommand } from './program/rules.ts';
import { addSigningCommands } from './program/sign.ts';
import { addSuggestCommand } from './program/suggest.ts';
import { addTestCommand } from './program/test.ts';
import { addTraceCommand } from './program/trace.ts';
import { addWrapCommand } from './program/wrap.ts';
import type { SetStatus } from './run-program.ts';
import { parseColorChoice } from './terminal/style.ts';
import { VERSION } from './version.ts';

interface GlobalOptions {
  readonly color: string;
}

const POLICY_ARGUMENT = 'a policy (YAML or JSON) or a compiled table (*.aip.json); - reads standard input';

/** The `aip` command line. Each command's code is loaded only when the command runs. */
export function createProgram(setStatus: SetStatus): Command {
  const program = new Command('aip')
    .description("Lint, compile, test and enforce AgentPolicy documents for AI agents' tool calls")
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .option('--color <when>', 'colour the output: auto, always, never (NO_COLOR is heeded)', 'auto')
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for usage)')
    .exitOverride()
    .enablePositionalOptions()
    .addHelpText(
      'after',
      '\nExit status: 0 clean, 1 findings or failures, 2 usage or configuration, 3 nothing to check, 70 internal error',
    );
  const context = () => createContext(parseColorChoice(program.opts<GlobalOptions>().color));

  const parts = { program, setStatus, context };
  addLintCommand(parts);
  addRulesCommand(parts);
  addLspCommand(parts);
  addInspectCommand(parts);
  addRecordCommand(parts);
  addTraceCommand(parts);
  addApprovalsCommand(parts);
  addSuggestCommand(parts);
  addInitCommand(parts);
  addSigningCommands(parts);

  addExamples(
    program
      .command('compile')
      .description('compile a policy to a decision table')
      .argument('<policy>', 'a policy (YAML or JSON); - reads standard input')
      .option('-o, --output <file>', 'write the table here instead of to standard output')
      .action(async (policy: string, options: { output?: string }) => {
        const { runCompile } = await import('./commands/compile.ts');
        setStatus(await runCompile(context(), policy, options));
      }),
    [
      ['aip compile agent.yaml -o agent.aip.json', 'the table that the proxy can load'],
      ['aip compile - < agent.yaml', 'from standard input to standard output'],
    ],
  );

  addExamples(
    program
      .command('explain')
      .description('show which entry of a policy decides a call, and why')
      .argument('<policy>', POLICY_ARGUMENT)
      .option('--tool <name>', 'the tool that is called')
      .option('--args <json>', 'the arguments of the call', '{}')
      .option('--method <name>', 'ask about a JSON-RPC method instead of a tool call')
      .addOption(formatOption(['pretty', 'json']))
      .action(
        async (policy: string, options: { tool?: string; args: string; method?: string; format: string }) => {
          const { runExplain } = await import('./commands/explain.ts');
          setStatus(await runExplain(context(), policy, options));
        },
      ),
    [
      [
        `aip explain agent.yaml --tool fetch_url --args '{"url":"https://evil.example"}'`,
        'allowed or not, and where',
      ],
      ['aip explain agent.yaml --method resources/read', 'is the method allowed?'],
    ],
  );

  addTestCommand(parts);
  addDiffCommands(parts);

  addProxyCommand(parts);
  addWrapCommand(parts);

  addExamples(
    program
      .command('conformance')
      .description("run conformance vectors in the public suite's format")
      .argument('<paths...>', 'vector files (YAML), or folders of them')
      .addOption(formatOption(['pretty', 'json']))
      .option('--level <names>', 'only these levels, separated by commas, for example basic,full')
      .action(async (paths: string[], options: { format: string; level?: string }) => {
        const { runConformanceCommand } = await import('./commands/conformance.ts');
        setStatus(await runConformanceCommand(context(), paths, options));
      }),
    [['aip conformance spec/conformance', 'every level, one line each']],
  );
  addAuditCommand({ program, setStatus, context });
  return program;
}
