import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ProxyError, splitCommand } from '@agentpolicy/proxy';
import { findNearestName } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { loadPolicy } from '../input/load-table.ts';
import { readBytes, readPolicyFile, STDIN } from '../input/read-text.ts';
import type { FixedFile } from '../lint/fix/keep-fixed.ts';
import { renderDiff } from '../lint/fix/render-diff.ts';
import { escapeControls } from '../terminal/printable.ts';
import type { ConfiguredServer } from '../wrap/find-servers.ts';
import { isLauncher, type Launcher } from '../wrap/launcher.ts';
import { ownLauncher } from '../wrap/own-launcher.ts';
import { labelOf, type Plan, planUndo, planWrap, type Step } from '../wrap/plan.ts';
import { readClientConfig } from '../wrap/read-config.ts';
import { fileStem, starterPolicy } from '../wrap/server-files.ts';
import { addPolicy, backUp, makeFolderOf, replaceFile } from '../wrap/write-config.ts';

export interface WrapFlags {
  readonly policy?: string;
  readonly audit?: string;
  readonly dir?: string;
  readonly server?: readonly string[];
  readonly launcher?: string;
  readonly undo: boolean;
  readonly dryRun: boolean;
}

/** `aip wrap`: puts the servers of a client's configuration behind the proxy, or takes it away again. */
export async function runWrap(context: CommandContext, file: string, flags: WrapFlags): Promise<ExitStatus> {
  if (file === STDIN) throw new CliError('a configuration on standard input could not be written back');
  const bytes = await readBytes(context, file);
  const before = bytes.toString('utf8');
  if (!Buffer.from(before, 'utf8').equals(bytes))
    throw new CliError(`\`${file}\` is not UTF-8`, 'it could not be written back as it is');
  const named = resolve(context.cwd, file);
  const all = readClientConfig(before, file);
  const servers = chooseServers(all, flags.server);
  const plan = flags.undo
    ? planUndo(before, servers)
    : await planWrapping(context, { path: named, text: before, all }, servers, flags);
  if (flags.dryRun) preview(context, { path: file, file, before, after: plan.text }, plan);
  // What a link leads to is changed, and the link stays one.
  else apply(context, realpathSync(named), before, plan);
  if (servers.length === 0) context.warn(`aip: \`${file}\` names no server`);
  return statusOf(plan);
}

function chooseServers(
  servers: readonly ConfiguredServer[],
  names: readonly string[] | undefined,
): readonly ConfiguredServer[] {
  if (names === undefined) return servers;
  const known = servers.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const nearest = findNearestName(name, known);
    throw new CliError(
      `there is no server \`${name}\``,
      nearest === undefined ? `there are: ${known.join(', ')}` : `did you mean \`${nearest}\`?`,
    );
  }
  return servers.filter(({ name }) => names.includes(name));
}

async function planWrapping(
  context: CommandContext,
  config: { readonly path: string; readonly text: string; readonly all: readonly ConfiguredServer[] },
  servers: readonly ConfiguredServer[],
  flags: WrapFlags,
): Promise<Plan> {
  const { policy, audit, dir } = flags;
  const plan = planWrap(config.text, servers, {
    launcher: readLauncher(flags.launcher),
    config: config.path,
    others: config.all.filter((server) => !servers.includes(server)),
    folder: dir === undefined ? join(dirname(config.path), '.aip') : resolve(context.cwd, dir),
    ...(policy === undefined ? {} : { policy: resolve(context.cwd, policy) }),
    ...(audit === undefined ? {} : { audit: resolve(context.cwd, audit) }),
  });
  // A policy that can't be enforced keeps the proxy from starting: that is told now, and not by a client's silence.
  if (policy === STDIN) throw new CliError('the proxy reads its policy each time it starts', 'give a file');
  if (policy !== undefined) await loadPolicy(context, policy, [], readPolicyFile);
  for (const step of plan.steps)
    if (step.kind === 'wrap' && policy === undefined && existsSync(step.files.policy))
      await loadPolicy(context, step.files.policy, [], readPolicyFile);
  return plan;
}

function readLauncher(text: string | undefined): Launcher {
  if (text === undefined) return ownLauncher();
  try {
    const [program = '', ...args] = splitCommand(text);
    const launcher = { program, args };
    if (isLauncher(launcher)) return launcher;
    throw new CliError(
      `--launcher: \`${text}\` does not start aip in a form that --undo would know again`,
      'write aip, node …/aip.js, npx -y @agentpolicy/cli, pnpm dlx @agentpolicy/cli, or yarn dlx @agentpolicy/cli',
    );
  } catch (failure) {
    if (failure instanceof ProxyError) throw new CliError(`--launcher: ${failure.message}`);
    throw failure;
  }
}

function preview(context: CommandContext, change: FixedFile, plan: Plan): void {
  if (change.before !== change.after) context.write(renderDiff(change, context));
  for (const step of plan.steps) if (step.kind === 'skip') context.warn(escapeControls(describeSkip(step)));
}

/**
 * The backup comes first, the policies before the configuration that names them; what was done is said when it is
 * done.
 */
function apply(context: CommandContext, path: string, before: string, plan: Plan): void {
  const changes = plan.text !== before;
  const backup = changes && plan.steps.some(({ kind }) => kind === 'wrap') ? backUp(path, before) : null;
  const added = addPolicies(plan.steps);
  if (changes) replaceFile(path, plan.text);
  for (const step of plan.steps) context.print(escapeControls(describe(step, added)));
  if (backup !== null) context.print(escapeControls(`The configuration before is in ${backup}`));
  if (changes) context.print('Restart the client, so that it reads its configuration again');
}

/** Writes the policies that are not there yet; these are the result. */
function addPolicies(steps: readonly Step[]): ReadonlySet<string> {
  const added = new Set<string>();
  for (const step of steps) {
    if (step.kind !== 'wrap') continue;
    const { policy, audit } = step.files;
    makeFolderOf(policy);
    makeFolderOf(audit);
    if (addPolicy(policy, starterPolicy(fileStem(step.server)))) added.add(policy);
  }
  return added;
}

function describe(step: Step, added: ReadonlySet<string>): string {
  const label = labelOf(step.server);
  switch (step.kind) {
    case 'wrap': {
      const { policy, audit } = step.files;
      const note = added.has(policy) ? ' (new: it allows no tool yet)' : '';
      return `${label}: behind the proxy; policy ${policy}${note}, audit log ${audit}`;
    }
    case 'unwrap':
      return `${label}: as it was before; its policy and audit log stay`;
    case 'keep':
      return `${label}: nothing to change`;
    case 'skip':
      return describeSkip(step);
  }
}

function describeSkip({ server, reason }: Extract<Step, { readonly kind: 'skip' }>): string {
  return `${labelOf(server)}: NOT CHANGED: ${reason}`;
}

/** A server that the agent still reaches without a policy is no success. */
function statusOf({ steps }: Plan): ExitStatus {
  if (steps.length === 0) return EXIT.nothing;
  return steps.some(({ kind }) => kind === 'skip') ? EXIT.findings : EXIT.clean;
}
