import { Command } from 'commander';
import { createContext } from './context.ts';
import { addApprovalsCommand } from './program/approvals.ts';
import { addAuditCommand } from './program/audit.ts';
import { addCiCommand } from './program/ci.ts';
import { addCompileCommand } from './program/compile.ts';
import { addConformanceCommand } from './program/conformance.ts';
import { addDiffCommands } from './program/diff.ts';
import { addExplainCommand } from './program/explain.ts';
import { addInitCommand } from './program/init.ts';
import { addInspectCommand } from './program/inspect.ts';
import { addLintCommand } from './program/lint.ts';
import { addLspCommand } from './program/lsp.ts';
import type { ProgramParts } from './program/parts.ts';
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

interface CommandGroup {
  /** The names that `add` declares. */
  readonly names: readonly string[];
  readonly add: (parts: ProgramParts) => void;
}

/** In the order of the help. */
const COMMANDS: readonly CommandGroup[] = [
  { names: ['lint'], add: addLintCommand },
  { names: ['rules'], add: addRulesCommand },
  { names: ['lsp'], add: addLspCommand },
  { names: ['inspect'], add: addInspectCommand },
  { names: ['record'], add: addRecordCommand },
  { names: ['trace'], add: addTraceCommand },
  { names: ['approvals'], add: addApprovalsCommand },
  { names: ['suggest'], add: addSuggestCommand },
  { names: ['init'], add: addInitCommand },
  { names: ['hash', 'keygen', 'sign', 'verify'], add: addSigningCommands },
  { names: ['compile'], add: addCompileCommand },
  { names: ['explain'], add: addExplainCommand },
  { names: ['test'], add: addTestCommand },
  { names: ['diff', 'check', 'equal', 'who-can', 'sample'], add: addDiffCommands },
  { names: ['ci'], add: addCiCommand },
  { names: ['proxy'], add: addProxyCommand },
  { names: ['wrap'], add: addWrapCommand },
  { names: ['conformance'], add: addConformanceCommand },
  { names: ['audit'], add: addAuditCommand },
];

/** Declaring every command takes longer than many a run: where the first word names one, the others are left out. */
function chooseCommands(argv: readonly string[]): readonly CommandGroup[] {
  const [, , first] = argv;
  const named = COMMANDS.find(({ names }) => names.some((name) => name === first));
  return named === undefined ? COMMANDS : [named];
}

/** The `aip` command line for the given words. Each command's code is loaded only when the command runs. */
export function createProgram(setStatus: SetStatus, argv: readonly string[]): Command {
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
  for (const { add } of chooseCommands(argv)) add(parts);
  return program;
}
