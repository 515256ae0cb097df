import { resolve } from 'node:path';
import { readTraceFile, type Suggestion, suggestPolicy, TestRunnerError } from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { findFiles } from '../files/find-files.ts';
import { STDIN } from '../input/read-text.ts';
import { plural } from '../report/diagnostics-pretty.ts';
import { escapeControls } from '../terminal/printable.ts';
import { breakCommands } from '../test-report/break-commands.ts';
import { checkPolicyName } from '../trace/policy-name.ts';
import { reviewDraft } from '../trace/review-draft.ts';
import { SECRET_PATTERNS } from '../trace/secret-patterns.ts';
import { writeNewFile } from '../trace/write-new-file.ts';

interface SuggestOptions {
  readonly output?: string;
  readonly name: string;
}

/** As many lines that were left out are told. */
const MAX_PROBLEMS = 100;

/** `aip suggest`: a policy that permits what recorded sessions did. What it can't keep to is told, and a finding. */
export async function runSuggest(
  context: CommandContext,
  paths: readonly string[],
  options: SuggestOptions,
): Promise<ExitStatus> {
  checkPolicyName(options.name);
  // A draft is judged by the traces that it comes from: they are read more than once.
  if (paths.includes(STDIN))
    throw new CliError('standard input is not read here', 'name traces (*.jsonl), or folders of them');
  const files = findFiles(context, paths, '**/*.jsonl').map(({ path }) => path);
  const suggestion = suggest(context, files, options.name);
  const { observations, text } = suggestion;
  if (observations.methods.size === 0) {
    context.warn(
      `aip: no message of a client in ${paths.join(', ')}`,
      '  help: name traces (*.jsonl), or folders of them; aip record writes them',
    );
    return EXIT.nothing;
  }
  if (options.output === undefined) context.write(text);
  else writeNewFile(resolve(context.cwd, options.output), text, 0o666);
  return report(context, suggestion, files.length);
}

function suggest(context: CommandContext, files: readonly string[], name: string): Suggestion {
  const sources = files.map((file) => ({ file, lines: () => readTraceFile(resolve(context.cwd, file)) }));
  try {
    return suggestPolicy(sources, {
      name,
      secrets: SECRET_PATTERNS,
      review: (text) =>
        reviewDraft(text)
          .filter(({ severity }) => severity !== 'info')
          .map(({ location, code, message }) => ({
            pointer: location.pointer,
            code,
            message,
          })),
    });
  } catch (failure) {
    if (failure instanceof TestRunnerError) throw new CliError(failure.message);
    throw failure;
  }
}

function report(context: CommandContext, suggestion: Suggestion, files: number): ExitStatus {
  const { observations, objections, blocked } = suggestion;
  const isOnGithub = context.environment.GITHUB_ACTIONS === 'true';
  const tell = (line: string): void => {
    const shown = escapeControls(line);
    context.warn(isOnGithub ? breakCommands(shown, 'text') : shown);
  };
  for (const { file, problem } of observations.problems.slice(0, MAX_PROBLEMS))
    tell(`${file}:${problem.line}: left out: ${problem.message}`);
  const more = observations.problems.length - MAX_PROBLEMS;
  if (more > 0) tell(`aip: ${plural(more, 'more line')} left out`);
  for (const { file, line, tool, method } of blocked)
    tell(`${file}:${line}: still refused: ${tool ?? method ?? 'the message'}`);
  for (const { code, message } of objections) tell(`lint: ${message} [${code}]`);
  const refused = observations.refused.size;
  context.warn(
    `aip: drafted from ${plural(observations.calls, 'tool call')} of ${plural(observations.tools.size, 'tool')}, ` +
      `${plural(observations.sessions, 'session')}, ${plural(files, 'file')}` +
      (refused === 0 ? '' : `; ${plural(refused, 'line')} that no proxy forwards left out`),
  );
  return observations.problems.length + blocked.length + objections.length === 0 ? EXIT.clean : EXIT.findings;
}
