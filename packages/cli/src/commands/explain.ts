import { type JsonObject, readJson, type TableFeature } from '@agentpolicy/core';
import { createEngine, type MethodDecision, type ToolDecision } from '@agentpolicy/engine';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { readMachineFacts } from '../input/environment.ts';
import { type LoadedPolicy, loadPolicy } from '../input/load-table.ts';
import { renderPlace } from '../report/place.ts';
import { describeReason } from '../report/reason.ts';
import { escapeControls } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

interface ExplainOptions {
  readonly tool?: string;
  readonly args: string;
  readonly method?: string;
  readonly format: string;
}

/** `aip explain`: one call or method, the decision on it, and the entry of the policy that made it. */
export async function runExplain(
  context: CommandContext,
  path: string,
  options: ExplainOptions,
): Promise<ExitStatus> {
  if ((options.tool === undefined) === (options.method === undefined)) {
    throw new CliError(
      'give either --tool or --method',
      "for example: aip explain agent.yaml --tool read_file --args '{}'",
    );
  }
  const policy = await loadPolicy(context, path);
  const { table } = policy;
  const engine = createEngine(table, {
    ...readMachineFacts(context),
    clock: () => 0,
    ownFiles: [],
    // Deciding on a name and arguments needs none of them; what is left out is said below.
    handles: table.requires,
  });
  if (options.method !== undefined) {
    return report(context, policy, options, engine.decideMethod(options.method), options.method);
  }
  const args = readArguments(options.args);
  return report(
    context,
    policy,
    options,
    engine.decideToolCall({ name: options.tool ?? '', args }),
    options.tool ?? '',
  );
}

function readArguments(text: string): JsonObject {
  const read = readJson(text);
  if (!read.ok) {
    throw new CliError(
      `--args is no acceptable JSON: ${read.error.message} (at character ${read.error.offset + 1})`,
    );
  }
  if (read.value.kind !== 'object')
    throw new CliError('--args is not a JSON object', `for example: --args '{"path":"a.txt"}'`);
  return read.value;
}

function report(
  context: CommandContext,
  policy: LoadedPolicy,
  options: ExplainOptions,
  decision: ToolDecision | MethodDecision,
  asked: string,
): ExitStatus {
  if (options.format === 'json') context.print(JSON.stringify(toJson(policy, decision), null, 2));
  else context.print(...renderDecision(policy, decision, asked, context.style));
  for (const feature of policy.table.requires) context.warn(`note: ${NOT_JUDGED[feature]}`);
  return decision.decision === 'ALLOW' ? EXIT.clean : EXIT.findings;
}

const NOT_JUDGED: Readonly<Record<TableFeature, string>> = {
  signature: 'the policy is signed; the signature was not verified here',
  schema_hash: 'the policy pins tool schemas; they are not judged here',
  scan_requests: 'the policy scans requests for secrets; that is not judged here',
  identity: 'the policy wants identity tokens; they are not judged here',
  server: 'the policy asks for a validation server; that is not judged here',
  registry: 'the policy asks for a registry; that is not judged here',
  aat: 'the policy wants agent authentication tokens; they are not judged here',
};

function toJson(policy: LoadedPolicy, decision: ToolDecision | MethodDecision): unknown {
  const place = decision.pointer === null ? null : policy.locate(decision.pointer);
  return {
    version: 1,
    policy: {
      name: policy.table.policy.name,
      hash: policy.table.policy.hash,
      mode: policy.table.policy.mode,
    },
    ...('tool' in decision
      ? { tool: decision.tool, violation: decision.violation, reason: decision.reason }
      : { method: decision.method }),
    decision: decision.decision,
    error: decision.error,
    pointer: decision.pointer,
    place:
      place === null
        ? null
        : { file: place.file, line: place.range.start.line, column: place.range.start.column },
  };
}

function renderDecision(
  policy: LoadedPolicy,
  decision: ToolDecision | MethodDecision,
  asked: string,
  style: Style,
): string[] {
  const paint =
    decision.decision === 'ALLOW' ? style.good : decision.decision === 'ASK' ? style.warning : style.error;
  const code = decision.error === null ? '' : ` ${decision.error.code} ${decision.error.message}`;
  const lines = [`${paint(decision.decision)} ${escapeControls(asked)}${code}`];
  const normalized = 'tool' in decision ? decision.tool : decision.method;
  if (normalized !== asked) lines.push(`  its normal form is ${escapeControls(normalized)}`);
  if ('tool' in decision) {
    lines.push(...describeReason(decision.reason).map((line) => `  ${line}`));
    if (decision.violation && decision.decision === 'ALLOW') {
      lines.push('  the policy is in monitor mode: the call is forwarded and logged as a violation');
    }
  } else if (decision.error !== null) {
    lines.push(`  ${decision.error.reason}`);
  }
  lines.push(...renderPlace(policy, decision.pointer, style));
  return lines;
}
