import { appendPointer, type DecisionTable, normalizeName, type TableTool } from '@agentpolicy/core';
import type { PathGuard } from '../paths/path-guard.ts';
import type { ToolCall, ToolDecision, ToolReason } from '../types.ts';
import { type ArgumentCheck, createArgumentCheck, type LoadedPattern } from './argument-check.ts';
import { explainToClient } from './client-error.ts';
import { createQuickPass, type QuickPass } from './quick-pass.ts';
import type { TakeToken, TokenBuckets } from './rate-limiter.ts';

/** Everything about one tool that is known before a call comes. */
interface KnownTool {
  readonly entry: TableTool;
  readonly takeToken: TakeToken | null;
  readonly rateLimited: ToolDecision;
  /** The decision where no argument matters: a denied or blocked tool. */
  readonly refused: ToolDecision | null;
  /** The decision on a call whose arguments pass. */
  readonly passed: ToolDecision;
  readonly passesQuickly: QuickPass;
  readonly checkArguments: ArgumentCheck;
}

/** Spellings of tool names are remembered up to this many: a hostile client can't fill the memory. */
const MAX_REMEMBERED = 4096;
const MAX_REMEMBERED_LENGTH = 128;

/** What is known about tools before a call comes. */
export interface ToolJudge {
  readonly decide: (call: ToolCall) => ToolDecision;
  readonly couldAllow: (tool: string) => boolean;
}

const PERMITTED: ToolReason = { kind: 'permitted' };
const ASK: ToolReason = { kind: 'ask' };
const DENIED: ToolReason = { kind: 'denied' };
const BLOCKED: ToolReason = { kind: 'blocked' };
const NOT_LISTED: ToolReason = { kind: 'not-listed' };

/**
 * Decides on tool calls in the order of IS_TOOL_ALLOWED (v1alpha1 §4.3): rate limit and protected paths first,
 * both enforced in monitor mode too, then denials, arguments, approval.
 */
export function createToolJudge(
  table: DecisionTable,
  patterns: readonly LoadedPattern[],
  guard: PathGuard,
  buckets: TokenBuckets,
): ToolJudge {
  const isMonitor = table.policy.mode === 'monitor';
  const tools = new Map<string, KnownTool | TableTool>(table.tools.map((entry) => [entry.name, entry]));
  const limits = new Map(table.tools.flatMap(limitOf));
  const remembered = new Map<string, KnownTool>();

  /** Buckets are made at once, whether a call comes or not: an engine that continues this one needs each. */
  function limitOf(entry: TableTool): (readonly [string, TakeToken])[] {
    const row = table.rows[entry.row];
    if (row === undefined) throw new RangeError('a loaded table has no such row');
    const { name } = entry;
    return row.rateLimit === null ? [] : [[name, buckets.take(name, row.rateLimit)]];
  }

  /** Applies monitor mode: what step 4 and later refuse is forwarded, and logged as a violation. */
  function refuse(reason: ToolReason, name: string, entry: TableTool | null): ToolDecision {
    const pointer = pointTo(entry, reason);
    const base = { violation: true, reason, tool: name, entry, pointer };
    if (isMonitor) return { ...base, decision: 'ALLOW', error: null };
    return { ...base, decision: 'BLOCK', error: explainToClient(reason, name) };
  }

  function know(entry: TableTool): KnownTool {
    const row = table.rows[entry.row];
    if (row === undefined) throw new RangeError('a loaded table has no such row');
    const limit = row.rateLimit;
    const { name } = entry;
    const pass = row.action === 'ask' ? ASK : PERMITTED;
    const limited: ToolReason = { kind: 'rate-limit', limit: limit ?? { count: 0, periodMs: 1 } };
    return {
      entry,
      takeToken: limits.get(name) ?? null,
      rateLimited: {
        decision: 'RATE_LIMITED',
        violation: true,
        reason: limited,
        tool: name,
        entry,
        pointer: pointTo(entry, limited),
        error: explainToClient(limited, name),
      },
      refused:
        row.action === 'deny'
          ? refuse(DENIED, name, entry)
          : row.action === 'block'
            ? refuse(BLOCKED, name, entry)
            : null,
      passed: {
        decision: row.action === 'ask' ? 'ASK' : 'ALLOW',
        violation: false,
        reason: pass,
        tool: name,
        entry,
        pointer: pointTo(entry, pass),
        error: null,
      },
      passesQuickly: createQuickPass(row, patterns, guard.sieve),
      checkArguments: createArgumentCheck(row, patterns),
    };
  }

  function find(spelling: string): KnownTool | undefined {
    const before = remembered.get(spelling);
    if (before !== undefined) return before;
    const tool = findByName(normalizeName(spelling));
    if (tool !== undefined && spelling.length <= MAX_REMEMBERED_LENGTH) {
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(spelling, tool);
    }
    return tool;
  }

  /** What is known of a tool is put together at its first call: most tools of a large policy get none. */
  function findByName(name: string): KnownTool | undefined {
    const found = tools.get(name);
    if (found === undefined || 'entry' in found) return found;
    const known = know(found);
    tools.set(name, known);
    return known;
  }

  const couldAllow = (name: string): boolean => {
    const row = table.rows[find(name)?.entry.row ?? -1];
    if (row === undefined || row.rateLimit?.count === 0) return false;
    return row.action === 'allow' || row.action === 'ask';
  };

  const decide = ({ name, args, free }: ToolCall): ToolDecision => {
    const tool = find(name);
    if (tool?.takeToken != null && free !== true && !tool.takeToken()) return tool.rateLimited;
    if (tool !== undefined && tool.refused === null && tool.passesQuickly(args)) return tool.passed;
    const found = guard.find(args);
    if (found !== null)
      return refuseProtected(found, tool?.entry ?? null, tool?.entry.name ?? normalizeName(name));
    if (tool === undefined) return refuse(NOT_LISTED, normalizeName(name), null);
    if (tool.refused !== null) return tool.refused;
    const failed = tool.checkArguments(args);
    return failed === null ? tool.passed : refuse(failed, tool.entry.name, tool.entry);
  };

  return { decide, couldAllow };

  function refuseProtected(
    found: { readonly path: string; readonly argument: string },
    entry: TableTool | null,
    name: string,
  ): ToolDecision {
    const reason: ToolReason = { kind: 'protected-path', ...found };
    const index = table.protectedPaths.indexOf(found.path);
    return {
      decision: 'BLOCK',
      violation: true,
      reason,
      tool: name,
      entry,
      // The proxy's own files are protected without an entry of the policy.
      pointer: index === -1 ? null : appendPointer('/spec/protected_paths', index),
      error: explainToClient(reason, name),
    };
  }
}

/** The entry of the policy that decided. */
function pointTo(entry: TableTool | null, reason: ToolReason): string | null {
  if (entry === null) return null;
  const rule = entry.rule === null ? null : appendPointer('/spec/tool_rules', entry.rule);
  const listed = entry.listed === null ? null : appendPointer('/spec/allowed_tools', entry.listed);
  switch (reason.kind) {
    case 'denied':
      return entry.denied === null ? null : appendPointer('/spec/denied_tools', entry.denied);
    case 'rate-limit':
      return rule === null ? null : appendPointer(rule, 'rate_limit');
    case 'blocked':
      return rule === null ? null : appendPointer(rule, 'action');
    case 'argument-missing':
    case 'argument-mismatch':
      return rule === null ? null : appendPointer(appendPointer(rule, 'allow_args'), reason.argument);
    default:
      return rule ?? listed;
  }
}
