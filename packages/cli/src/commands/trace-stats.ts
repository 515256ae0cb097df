import { resolve } from 'node:path';
import { TestRunnerError } from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { plural } from '../report/diagnostics-pretty.ts';
import { escapeControls } from '../terminal/printable.ts';
import { readTraceRows, type TraceRow } from '../trace/trace-rows.ts';
import { countRows, type TraceStats } from '../trace/trace-stats.ts';

/** `aip trace stats`: what traces hold, counted. Damaged lines are findings. */
export async function runTraceStats(
  context: CommandContext,
  files: readonly string[],
  options: { readonly format: string },
): Promise<ExitStatus> {
  const stats = count(files.map((file) => resolve(context.cwd, file)));
  if (options.format === 'json') context.print(JSON.stringify({ version: 1, ...stats }, null, 2));
  else context.print(...describe(stats));
  if (stats.damaged > 0) return EXIT.findings;
  if (stats.client + stats.server > 0) return EXIT.clean;
  context.warn(`aip: no message in ${files.join(', ')}`, '  help: aip record writes traces');
  return EXIT.nothing;
}

function count(paths: readonly string[]): TraceStats {
  try {
    return countRows(readAll(paths));
  } catch (failure) {
    if (failure instanceof TestRunnerError) throw new CliError(failure.message);
    throw failure;
  }
}

function* readAll(paths: readonly string[]): Generator<TraceRow> {
  for (const path of paths) yield* readTraceRows(path);
}

function describe(stats: TraceStats): readonly string[] {
  const time = stats.first === null ? '' : `, ${stats.first} to ${stats.last}`;
  const lines = [
    `${plural(stats.sessions, 'session')} in ${plural(stats.lines, 'line')}${time}`,
    `${plural(stats.client, 'message')} of clients, ${stats.server} of servers, ${plural(stats.stderr, 'line')} of standard error`,
  ];
  const odd = [
    [stats.invalid, 'unacceptable message'],
    [stats.damaged, 'damaged line'],
    [stats.inexact, 'line that may be decided otherwise in a replay'],
  ] as const;
  for (const [found, what] of odd)
    if (found > 0) lines.push(found === 1 ? `1 ${what}` : `${found} × ${what}`);
  lines.push(
    ...table(
      'tools',
      stats.tools.map(({ name, count, failed }) => [name, count, failed === 0 ? '' : `${failed} failed`]),
    ),
  );
  lines.push(
    ...table(
      'methods',
      stats.methods.map(({ name, count }) => [name, count, '']),
    ),
  );
  lines.push(
    ...table(
      'redacted',
      stats.redacted.map(({ name, count }) => [name, count, '']),
    ),
  );
  return lines;
}

function table(
  title: string,
  rows: readonly (readonly [name: string, count: number, note: string])[],
): string[] {
  if (rows.length === 0) return [];
  return [
    '',
    title,
    ...rows.map(([name, count, note]) =>
      `${String(count).padStart(8)}  ${escapeControls(name)}  ${note}`.trimEnd(),
    ),
  ];
}
