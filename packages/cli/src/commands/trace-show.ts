import { resolve } from 'node:path';
import { normalizeName } from '@agentpolicy/core';
import { TestRunnerError } from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { formatTraceRow, TRACE_HEADER } from '../trace/format-row.ts';
import { readTraceRows, type TraceRow } from '../trace/trace-rows.ts';

interface ShowOptions {
  readonly session?: string;
  readonly tool?: string;
  readonly calls: boolean;
}

/** `aip trace show`: a trace for people to read. */
export async function runTraceShow(
  context: CommandContext,
  file: string,
  options: ShowOptions,
): Promise<ExitStatus> {
  const width = context.stdout.columns ?? 140;
  let shown = 0;
  try {
    for (const row of readTraceRows(resolve(context.cwd, file))) {
      if (!isWanted(row, options)) continue;
      if (shown === 0) context.print(context.style.dim(TRACE_HEADER));
      shown++;
      context.print(formatTraceRow(row, width, context.style));
    }
  } catch (failure) {
    if (failure instanceof TestRunnerError) throw new CliError(failure.message);
    throw failure;
  }
  if (shown > 0) return EXIT.clean;
  context.warn(
    `aip: nothing to show in ${file}`,
    '  help: it is empty, or no message is of the session or tool asked for',
  );
  return EXIT.nothing;
}

function isWanted(row: TraceRow, { session, tool, calls }: ShowOptions): boolean {
  if (session !== undefined && row.session !== session) return false;
  if (tool !== undefined && (row.tool === null || normalizeName(row.tool) !== normalizeName(tool)))
    return false;
  return !calls || (row.tool !== null && row.kind !== 'response');
}
