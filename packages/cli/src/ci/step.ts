import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { escapeControls } from '../terminal/printable.ts';

export const STEPS = ['lint', 'test', 'diff'] as const;
export type StepName = (typeof STEPS)[number];

/** What a step has to say; texts are whole reports. */
export interface StepReports {
  readonly markdown?: string;
  readonly sarif?: string;
  readonly junit?: string;
}

/** What a step came to. */
export interface StepResult extends StepReports {
  readonly step: StepName;
  readonly status: ExitStatus | 'skipped';
  /** Why it could not run, or had nothing to do; null where there is nothing to say. */
  readonly note: string | null;
}

export interface StepOutcome extends StepReports {
  readonly status: ExitStatus;
  readonly note?: string;
}

/** Runs a step; what a user has done wrong ends this step and not the others. */
export async function runStep(
  context: CommandContext,
  step: StepName,
  run: (context: CommandContext) => Promise<StepOutcome>,
): Promise<StepResult> {
  context.print(context.style.bold(`${step}:`));
  try {
    const { note, ...outcome } = await run(withoutSummary(context));
    if (note !== undefined) context.print(escapeControls(note));
    return { step, ...outcome, note: note ?? null };
  } catch (failure) {
    if (!(failure instanceof CliError)) throw failure;
    const { message, help, status } = failure;
    const lines = [`aip: ${message}`, ...(help === undefined ? [] : [`  help: ${help}`])];
    context.warn(...lines.map(escapeControls));
    return { step, status, note: help === undefined ? message : `${message} (${help})` };
  }
}

/** The steps together write one summary. */
function withoutSummary(context: CommandContext): CommandContext {
  const { GITHUB_STEP_SUMMARY: _, ...environment } = context.environment;
  return { ...context, environment };
}

/** The exit status of all steps: what could not be checked comes before what was found. */
export function combineStatus(results: readonly StepResult[]): ExitStatus {
  const all = results.flatMap(({ status }) => (status === 'skipped' ? [] : [status]));
  for (const status of [EXIT.internal, EXIT.usage, EXIT.findings] as const)
    if (all.includes(status)) return status;
  return all.includes(EXIT.clean) ? EXIT.clean : EXIT.nothing;
}
