import { resolve } from 'node:path';
import { askForTools, ProxyError, type ServerTools } from '@agentpolicy/proxy';
import { draftFromTools } from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { plural } from '../report/diagnostics-pretty.ts';
import { escapeControls } from '../terminal/printable.ts';
import { checkPolicyName } from '../trace/policy-name.ts';
import { SECRET_PATTERNS } from '../trace/secret-patterns.ts';
import { writeNewFile } from '../trace/write-new-file.ts';
import { VERSION } from '../version.ts';
import { readTarget } from './proxy.ts';

interface InitOptions {
  readonly target?: string;
  readonly output?: string;
  readonly name: string;
  readonly timeout: string;
}

/** `aip init`: a policy to start with, from what a running server says of its tools. */
export async function runInit(
  context: CommandContext,
  command: readonly string[],
  options: InitOptions,
): Promise<ExitStatus> {
  checkPolicyName(options.name);
  const seconds = Number(options.timeout);
  if (!(seconds > 0 && seconds <= 3600))
    throw new CliError(
      `\`--timeout ${options.timeout}\` is no number of seconds`,
      'write one from 1 to 3600',
    );
  const { argv } = readTarget(command, options.target);
  const { server, tools, unreadable } = await ask(context, argv, seconds * 1000);
  const text = draftFromTools(tools, {
    name: options.name,
    server: server === '' ? argv.join(' ') : server,
    secrets: SECRET_PATTERNS,
  });
  if (options.output === undefined) context.write(text);
  else writeNewFile(resolve(context.cwd, options.output), text, 0o666);
  context.warn(`aip: drafted from ${plural(tools.length, 'tool')} of ${escapeControls(server)}`);
  // A policy without rules refuses every call, which linting warns of; a draft is to be no surprise.
  if (tools.length === 0)
    context.warn(
      'aip: the draft permits nothing, which `aip lint` warns of (empty-policy): the server lists no tool',
    );
  if (unreadable > 0)
    context.warn(`aip: ${plural(unreadable, 'definition')} of its list left out: not acceptable`);
  return tools.length === 0 ? EXIT.nothing : unreadable > 0 ? EXIT.findings : EXIT.clean;
}

async function ask(context: CommandContext, argv: readonly string[], timeout: number): Promise<ServerTools> {
  try {
    return await askForTools({
      argv,
      cwd: context.cwd,
      env: context.environment,
      client: { name: 'aip-init', version: VERSION },
      signals: process,
      timeout,
    });
  } catch (failure) {
    if (failure instanceof ProxyError) throw new CliError(failure.message);
    throw failure;
  }
}
