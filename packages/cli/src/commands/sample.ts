import { type Call, type CallSamples, type Decision, sampleCalls } from '@agentpolicy/analysis';
import type { CommandContext } from '../context.ts';
import { askAnalysis, loadCompared } from '../diff/compared-policy.ts';
import { type Decide, decideMessage, startDecider, writeCall } from '../diff/replay.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import type { SampleFlags } from '../program/diff.ts';
import { escapeControls } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

/** A call and what the engine decides about it: that is what is shown, whatever the analysis expects. */
interface Sample {
  readonly call: Call;
  readonly decision: Decision | null;
  /** Of a near miss: what is wrong. */
  readonly problem: string | null;
}

/** `aip sample`: calls of a tool that a policy lets pass, and near misses. */
export async function runSample(
  context: CommandContext,
  path: string,
  tool: string,
  flags: SampleFlags,
): Promise<ExitStatus> {
  if (!/^\d+$/.test(flags.count)) throw new CliError(`\`-n ${flags.count}\` is not a whole number`);
  const policy = await loadCompared(context, path);
  const samples = askAnalysis(() => sampleCalls(policy.table, tool, Number(flags.count)));
  const decide = startDecider(context, policy.table);
  const passing = samples.passing.map((call): Sample => replay(decide, call, null));
  const misses = samples.nearMisses.map(({ call, argument, problem }) =>
    replay(decide, call, `\`${argument}\` ${PROBLEMS[problem]}`),
  );
  if (flags.format === 'json') {
    const report = {
      version: 1,
      tool,
      calls: passing.map(toJson),
      nearMisses: misses.map(toJson),
      why: samples.why,
    };
    context.print(JSON.stringify(report, null, 2));
  } else context.print(...render(passing, misses, samples, context.style));
  return passing.some(({ decision }) => decision === 'allow' || decision === 'ask')
    ? EXIT.clean
    : EXIT.findings;
}

const PROBLEMS = {
  missing: 'is missing',
  mismatch: 'does not match',
  undeclared: 'is not declared',
} as const;

function replay(decide: Decide, call: Call, problem: string | null): Sample {
  return { call, decision: decideMessage(decide, writeCall(call)) ?? null, problem };
}

function toJson({ call, decision, problem }: Sample): unknown {
  return { decision, problem, request: JSON.parse(writeCall(call)) };
}

function render(
  passing: readonly Sample[],
  misses: readonly Sample[],
  { why }: CallSamples,
  style: Style,
): string[] {
  const lines = [...passing, ...misses].map(({ call, decision, problem }) => {
    const paint = decision === 'allow' ? style.good : decision === 'ask' ? style.warning : style.error;
    const said = problem === null ? '' : ` ${style.dim(`(${escapeControls(problem)})`)}`;
    return `${paint((decision ?? 'no call').padEnd(5))} ${escapeControls(writeCall(call))}${said}`;
  });
  return why === null ? lines : [...lines, `no call passes: ${escapeControls(why)}`];
}
