import { normalize } from 'node:path';
import { appendPointer, type DecisionTable, normalizeName, type TableRow } from '@agentpolicy/core';
import type { Judged, JudgedReason } from '../judge/judgement.ts';
import type { ReadyPolicy } from '../policy/read-policy-file.ts';
import type { CoverageItem, CoverageKind, PolicyCoverage } from './coverage.ts';

interface Item {
  readonly kind: CoverageKind;
  readonly name: string;
  readonly pointer: string;
  readonly counts: Map<string, number>;
}

/** One tool of the table with the entries that a call of it is about. */
interface ToolItems {
  readonly entries: readonly { readonly item: Item; readonly outcome: string }[];
  readonly patterns: readonly { readonly argument: string; readonly item: Item }[];
  readonly limit: Item | undefined;
}

const OUTCOME_OF_ACTION = {
  allow: 'allowed',
  ask: 'asked',
  block: 'blocked',
  deny: 'denied',
} as const satisfies Record<TableRow['action'], string>;

/** Counts what becomes of every entry of a policy. */
export class CoverageRun {
  private readonly items: Item[] = [];
  private readonly tools: ReadonlyMap<string, ToolItems>;
  private readonly paths: ReadonlyMap<string, Item>;
  private readonly dlp: ReadonlyMap<string, readonly Item[]>;
  private readonly methods: ReadonlyMap<string, Item>;
  private readonly policy: ReadyPolicy;

  constructor(policy: ReadyPolicy) {
    this.policy = policy;
    const { table } = policy;
    this.methods = this.listMethods(table);
    this.tools = new Map(table.tools.map((tool) => [tool.name, this.listTool(table, tool)]));
    this.paths = new Map(
      table.protectedPaths.map((path, index) => [
        path,
        this.add('protected-path', path, appendPointer('/spec/protected_paths', index), ['refused']),
      ]),
    );
    const dlp = new Map<string, Item[]>();
    (table.dlp?.patterns ?? []).forEach(({ name }, index) => {
      const item = this.add('dlp-pattern', name, appendPointer('/spec/dlp/patterns', index), ['found']);
      dlp.set(name, [...(dlp.get(name) ?? []), item]);
    });
    this.dlp = dlp;
  }

  take(judged: Judged): void {
    for (const { rule, count } of judged.events)
      for (const item of this.dlp.get(rule.replace(/:encoded$/, '')) ?? []) see(item, 'found', count);
    if (judged.subject !== 'answer' && judged.method !== null) this.takeMethod(judged, judged.method);
    if (judged.subject === 'tool-call' && judged.tool !== null) this.takeCall(judged, judged.tool);
  }

  finish(): PolicyCoverage {
    const items = this.items.map(
      ({ kind, name, pointer, counts }): CoverageItem => ({
        kind,
        name,
        pointer,
        place: this.policy.locate(pointer),
        outcomes: [...counts].map(([outcome, count]) => ({ name: outcome, count })),
      }),
    );
    items.sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
    return { policy: normalize(this.policy.file), items };
  }

  private takeMethod(judged: Judged, method: string): void {
    const item = this.methods.get(normalizeName(method));
    const { kind } = judged.reason;
    if (item === undefined || kind === 'protocol') return;
    // Requests of the server's are bound by the denied methods alone.
    if (kind === 'method-refused') see(item, 'refused');
    else if (judged.from === 'client') see(item, 'allowed');
  }

  private takeCall({ reason }: Judged, tool: string): void {
    if (reason.kind === 'protected-path') {
      const path = this.paths.get(reason.path);
      if (path !== undefined) see(path, 'refused');
    }
    const items = this.tools.get(normalizeName(tool));
    if (items === undefined) return;
    if (items.limit !== undefined) see(items.limit, reason.kind === 'rate-limit' ? 'exceeded' : 'within');
    // What the server defines is looked at before the arguments are.
    if (reason.kind === 'rate-limit' || reason.kind === 'protected-path' || isDefinition(reason)) return;
    if (isDecidedByAction(reason)) for (const { item, outcome } of items.entries) see(item, outcome);
    if (reason.kind === 'denied' || reason.kind === 'blocked') return;
    const failed = 'argument' in reason && reason.kind !== 'argument-undeclared' ? reason.argument : null;
    // Arguments are checked in this order: those behind the one that failed were not looked at.
    for (const { argument, item } of items.patterns) {
      see(item, argument === failed ? 'rejected' : 'accepted');
      if (argument === failed) break;
    }
  }

  private listMethods({ methods }: DecisionTable): ReadonlyMap<string, Item> {
    const found = new Map<string, Item>();
    const list = (field: string, outcome: string, entries: DecisionTable['methods']['allowed']): void => {
      for (const { name, index } of entries) {
        if (index === null) continue;
        found.set(name, this.add('method', name, appendPointer(`/spec/${field}`, index), [outcome]));
      }
    };
    list('allowed_methods', 'allowed', methods.allowed);
    // What is denied is denied, also where it is allowed.
    list('denied_methods', 'refused', methods.denied);
    return found;
  }

  private listTool(table: DecisionTable, tool: DecisionTable['tools'][number]): ToolItems {
    const row = table.rows[tool.row];
    const entries: { item: Item; outcome: string }[] = [];
    const list = (kind: 'tool' | 'rule', field: string, index: number | null, outcome: string): void => {
      if (index === null) return;
      const pointer = appendPointer(`/spec/${field}`, index);
      entries.push({ item: this.add(kind, tool.display, pointer, [outcome]), outcome });
    };
    const outcome = OUTCOME_OF_ACTION[row?.action ?? 'allow'];
    list('tool', 'allowed_tools', tool.listed, outcome);
    list('tool', 'denied_tools', tool.denied, 'denied');
    list('rule', 'tool_rules', tool.rule, outcome);
    if (row === undefined || tool.rule === null) return { entries, patterns: [], limit: undefined };
    const rule = appendPointer('/spec/tool_rules', tool.rule);
    const isChecked = row.action === 'allow' || row.action === 'ask';
    const patterns = (isChecked ? row.args : []).map(({ name }) => {
      const pointer = appendPointer(appendPointer(rule, 'allow_args'), name);
      return {
        argument: name,
        item: this.add('pattern', `${tool.display}: ${name}`, pointer, ['accepted', 'rejected']),
      };
    });
    const limit =
      row.rateLimit === null
        ? undefined
        : this.add('rate-limit', tool.display, appendPointer(rule, 'rate_limit'), ['within', 'exceeded']);
    return { entries, patterns, limit };
  }

  private add(kind: CoverageKind, name: string, pointer: string, outcomes: readonly string[]): Item {
    const item = { kind, name, pointer, counts: new Map(outcomes.map((outcome) => [outcome, 0])) };
    this.items.push(item);
    return item;
  }
}

function isDefinition({ kind }: JudgedReason): boolean {
  return kind === 'schema-mismatch' || kind === 'tool-absent' || kind === 'definition-unseen';
}

/** The arguments were in order, so that the rule's action came to bear. */
function isDecidedByAction({ kind }: JudgedReason): boolean {
  switch (kind) {
    case 'permitted':
    case 'ask':
    case 'denied':
    case 'blocked':
    case 'user-approved':
    case 'user-denied':
    case 'user-timeout':
      return true;
    default:
      return false;
  }
}

/** An outcome that the entry does not have is not its own. */
function see({ counts }: Item, outcome: string, times = 1): void {
  const before = counts.get(outcome);
  if (before !== undefined) counts.set(outcome, before + times);
}
