import { type ArgumentConstraint, type Capability, type Decision, whoCan } from '@agentpolicy/analysis';
import type { CommandContext } from '../context.ts';
import {
  askAnalysis,
  type ComparedPolicy,
  loadCompared,
  loadComparedBytes,
} from '../diff/compared-policy.ts';
import { listEmbedded } from '../diff/git/embedded-policies.ts';
import { isTableText } from '../diff/git/revision-file.ts';
import { decideMessage, startDecider, writeCall } from '../diff/replay.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { classifyText } from '../files/classify-text.ts';
import { findFiles } from '../files/find-files.ts';
import { readBytes, STDIN } from '../input/read-text.ts';
import { createEmbeddedFinder } from '../lint/config-map/find-embedded.ts';
import type { WhoCanFlags } from '../program/diff.ts';
import { escapeControls } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

const FILES = '**/*.{yaml,yml,json}';

/** One policy's answer, with what its engine says about the example. */
interface Answer extends Capability {
  readonly label: string;
  readonly confirmed: boolean | null;
}

/** `aip who-can`: how openly each policy decides on calls of a tool. */
export async function runWhoCan(
  context: CommandContext,
  tool: string,
  paths: readonly string[],
  flags: WhoCanFlags,
): Promise<ExitStatus> {
  const constraints = [
    ...(flags.arg ?? [])
      .map((each) => readConstraint('--arg', each))
      .map(([name, value]) => ({ name, value })),
    ...(flags.argPattern ?? [])
      .map((each) => readConstraint('--arg-pattern', each))
      .map(([name, pattern]) => ({ name, pattern })),
  ];
  const policies = await loadAll(context, paths);
  if (policies.length === 0) {
    context.warn(`aip: no policy found in ${paths.join(', ')}`, '  help: a policy says `kind: AgentPolicy`');
    return EXIT.nothing;
  }
  const answers = ask(context, tool, policies, constraints);
  if (flags.format === 'json')
    context.print(JSON.stringify({ version: 1, tool, answers: answers.map(toJson) }, null, 2));
  else context.print(...answers.flatMap((answer) => render(answer, context.style)));
  return EXIT.clean;
}

function ask(
  context: CommandContext,
  tool: string,
  policies: readonly ComparedPolicy[],
  constraints: readonly ArgumentConstraint[],
): readonly Answer[] {
  const found = askAnalysis(() =>
    whoCan(
      policies.map(({ table }) => table),
      tool,
      constraints,
    ),
  );
  return policies
    .flatMap((policy, index): Answer[] => {
      const capability = found[index];
      if (capability === undefined) return [];
      const { example, decision } = capability;
      const confirmed =
        example === null
          ? null
          : decideMessage(startDecider(context, policy.table), writeCall(example)) === decision;
      return [{ ...capability, label: policy.label, confirmed }];
    })
    .sort((a, b) => ORDER[a.decision] - ORDER[b.decision]);
}

const ORDER: Readonly<Record<Decision, number>> = { allow: 0, ask: 1, block: 2 };

function readConstraint(flag: string, given: string): readonly [string, string] {
  const at = given.indexOf('=');
  if (at < 1) throw new CliError(`\`${flag} ${given}\` is not NAME=VALUE`);
  return [given.slice(0, at), given.slice(at + 1)];
}

/** A policy that can't be read ends the command: its answer might be the one that matters. */
async function loadAll(
  context: CommandContext,
  paths: readonly string[],
): Promise<readonly ComparedPolicy[]> {
  const policies: ComparedPolicy[] = [];
  for (const { path, named } of findFiles(context, paths, FILES)) {
    if (named || path === STDIN) {
      policies.push(await loadCompared(context, path));
      continue;
    }
    const bytes = await readBytes(context, path);
    const text = bytes.toString('utf8');
    const { kind } = isTableText(bytes) ? { kind: 'policy' } : classifyText(text);
    if (kind === 'policy') policies.push(await loadCompared(context, path));
    else if (kind === 'config-map') policies.push(...(await loadEmbedded(context, path, text)));
  }
  return policies;
}

async function loadEmbedded(
  context: CommandContext,
  path: string,
  text: string,
): Promise<readonly ComparedPolicy[]> {
  const found = createEmbeddedFinder()(text);
  if (!found.ok) throw new CliError(`the ConfigMap in \`${path}\` can't be read: ${found.problem}`);
  const policies: ComparedPolicy[] = [];
  for (const { path: name, bytes } of listEmbedded(path, text, found.policies))
    policies.push(await loadComparedBytes(context, name, bytes));
  return policies;
}

function toJson({ label, policy, decision, example, confirmed, why, places }: Answer): unknown {
  const request = example === null ? null : JSON.parse(writeCall(example));
  return { file: label, policy, decision, request, confirmed, why, places };
}

function render(
  { label, policy, decision, example, confirmed, why, places }: Answer,
  style: Style,
): string[] {
  const paint = decision === 'block' ? style.good : decision === 'ask' ? style.warning : style.error;
  const [place] = places;
  const at = place?.range == null ? '' : `:${place.range.start.line}:${place.range.start.column}`;
  const lines = [
    `${paint(decision.padEnd(5))} ${style.bold(escapeControls(policy))} ${style.dim(escapeControls(`${label}${at}`))}`,
  ];
  if (decision !== 'block' && example !== null) lines.push(`      ${escapeControls(writeCall(example))}`);
  if (confirmed === false)
    lines.push('      (the engine decides otherwise on it, mostly for a protected path)');
  if (why !== null) lines.push(`      (${escapeControls(why)})`);
  return lines;
}
