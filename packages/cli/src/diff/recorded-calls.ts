import { resolve } from 'node:path';
import { type Change, DECISIONS, type Decision } from '@agentpolicy/analysis';
import { normalizeName } from '@agentpolicy/core';
import { readTraceFile, readTraceLine, TestRunnerError } from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT } from '../exit-status.ts';
import { findFiles } from '../files/find-files.ts';
import type { Comparison } from './comparison.ts';
import { type ReadCall, readCalls, startDecider } from './replay.ts';

/** Recorded calls of one tool that a change of a policy decides otherwise. */
export interface RecordedChange {
  /** The next policy's label. */
  readonly policy: string;
  /** Normalized. */
  readonly tool: string;
  readonly from: Decision;
  readonly to: Decision;
  readonly change: Exclude<Change, 'unchanged'>;
  readonly calls: number;
  /** The first of them. */
  readonly file: string;
  readonly line: number;
}

interface RecordedCall {
  readonly call: ReadCall;
  readonly file: string;
  readonly line: number;
}

/**
 * Replays the recorded tool calls through both sides of each comparison. What is decided more openly comes first,
 * then what is called most. Rate limits count as not used up.
 * @throws CliError where a trace can't be read, and where there is no call in any.
 */
export function replayTraces(
  context: CommandContext,
  paths: readonly string[],
  comparisons: readonly Comparison[],
): { readonly calls: number; readonly changes: readonly RecordedChange[] } {
  const files = findFiles(context, paths, '**/*.jsonl').map(({ path }) => path);
  const changed = comparisons.flatMap((each) =>
    each.kind === 'compared' && each.change !== 'unchanged'
      ? [
          {
            policy: each.next.label,
            old: startDecider(context, each.old.table),
            next: startDecider(context, each.next.table),
          },
        ]
      : [],
  );
  const found = new Map<string, RecordedChange>();
  let calls = 0;
  for (const { call, file, line } of readRecorded(context, files)) {
    calls++;
    for (const { policy, old, next } of changed) {
      const from = old(call.name, call.arguments);
      const to = next(call.name, call.arguments);
      if (from === to) continue;
      const tool = normalizeName(call.name);
      const key = JSON.stringify([policy, tool, from, to]);
      const known = found.get(key);
      const change = DECISIONS.indexOf(to) > DECISIONS.indexOf(from) ? 'widened' : 'narrowed';
      const first = known ?? { policy, tool, from, to, change, calls: 0, file, line };
      found.set(key, { ...first, calls: first.calls + 1 });
    }
  }
  if (calls === 0) {
    throw new CliError(
      `no tool call is recorded in ${paths.join(', ')}`,
      'aip record writes traces',
      EXIT.nothing,
    );
  }
  return { calls, changes: [...found.values()].sort(compareRank) };
}

function compareRank(a: RecordedChange, b: RecordedChange): number {
  if (a.change !== b.change) return a.change === 'widened' ? -1 : 1;
  return b.calls - a.calls;
}

function* readRecorded(context: CommandContext, files: readonly string[]): Generator<RecordedCall> {
  for (const file of files) {
    try {
      for (const { number, event } of readTraceFile(resolve(context.cwd, file))) {
        const entry = event.kind === 'line' ? readTraceLine(event.text) : undefined;
        if (entry === undefined || entry.kind === 'malformed') {
          context.warn(
            `${file}:${number}: left out: ${entry?.message ?? 'the line is too long, or not UTF-8'}`,
          );
          continue;
        }
        if (entry.kind !== 'message' || entry.from !== 'client') continue;
        for (const call of readCalls(entry.text)) yield { call, file, line: number };
      }
    } catch (failure) {
      if (failure instanceof TestRunnerError) throw new CliError(failure.message);
      throw failure;
    }
  }
}
