import { createHash } from 'node:crypto';
import type { Difference } from '@agentpolicy/analysis';
import type { DecisionTable } from '@agentpolicy/core';
import type { ComparedPair, Comparison } from '../comparison.ts';

/** One change in the words that an acknowledgement repeats. */
export interface Statement {
  /** The policy's file as the command knows it; of a rename, the new one. */
  readonly policy: string;
  /** Kind of change, tool, arguments. It is part of a format: the words stay. */
  readonly what: string;
  /**
   * SHA-256 over what both policies say about it, in lower-case hexadecimal: a change that goes further, or that
   * starts from something else, has another one.
   */
  readonly digest: string;
}

/** States a change of a whole policy, which has nothing to be compared with. */
export function stateWhole(
  comparison: Extract<Comparison, { kind: 'added' | 'deleted' | 'unread' }>,
): Statement {
  switch (comparison.kind) {
    case 'added': {
      const { path, table } = comparison.next;
      return { policy: path, what: 'added policy', digest: digest([table.policy.hash]) };
    }
    case 'deleted': {
      const { path, table } = comparison.old;
      return { policy: path, what: 'deleted policy', digest: digest([table.policy.hash]) };
    }
    case 'unread': {
      const { path, contents } = comparison;
      return { policy: path, what: 'policy that is not compared', digest: digest(contents) };
    }
  }
}

/** States one difference between two policies. */
export function stateDifference({ old, next }: ComparedPair, one: Difference): Statement {
  const sides = [old.table, next.table].map((table) => listRelevant(table, one));
  const what = `${one.change} ${name(one)}`;
  return { policy: next.path, what, digest: digest([what, ...sides]) };
}

function digest(material: unknown): string {
  return createHash('sha256').update(JSON.stringify(material)).digest('hex');
}

function name(one: Difference): string {
  switch (one.kind) {
    case 'calls': {
      const tool = one.tool === null ? 'tools that neither policy names' : quote(one.tool);
      const focus = one.focus.map((each) => (each === null ? 'an argument that no rule names' : quote(each)));
      const by = focus.length === 0 ? '' : `, by ${focus.join(' and ')}`;
      return `calls of ${tool} from ${one.from} to ${one.to}${by}`;
    }
    case 'rate-limit':
    case 'schema-hash':
      return `${one.kind === 'rate-limit' ? 'rate_limit' : 'schema_hash'} of ${quote(one.tool)}`;
    case 'method':
      return one.method === null ? 'methods that neither policy names' : `method ${quote(one.method)}`;
    case 'protected-path':
      return `protected path ${quote(one.path)}`;
    case 'mode':
      return `mode from ${one.from} to ${one.to}`;
    case 'feature':
      return `feature ${one.feature}`;
    case 'setting':
      return `setting ${quote(one.setting)}`;
    case 'dlp-setting':
      return `dlp setting ${one.setting}`;
    case 'dlp-pattern':
      return `dlp pattern ${quote(one.pattern)}`;
  }
}

/** In quotes, and of ASCII alone: no character is mistaken for another one, or turns the direction of the line. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[^\u0020-\u007e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** All that a policy says on which the difference depends. */
function listRelevant(table: DecisionTable, one: Difference): unknown {
  switch (one.kind) {
    case 'calls': {
      const frame = [table.policy.mode, listMethods(table)];
      // Which tools are left unnamed depends on all that are named.
      return one.tool === null
        ? [...frame, table.tools.map(({ name: tool }) => tool)]
        : [...frame, listTool(table, one.tool)];
    }
    case 'rate-limit':
    case 'schema-hash':
    case 'setting':
      return [one.from, one.to];
    case 'method':
      return listMethods(table);
    case 'protected-path':
      // A path may be protected by another one above it.
      return [...table.protectedPaths].sort();
    case 'mode':
      return table.policy.mode;
    case 'feature':
      return table.requires.includes(one.feature);
    case 'dlp-setting':
    case 'dlp-pattern':
      return listDlp(table);
  }
}

function listMethods({ methods }: DecisionTable): unknown {
  const { any, allowed, denied } = methods;
  return [any, allowed.map((each) => each.name), denied.map((each) => each.name)];
}

function listTool(table: DecisionTable, tool: string): unknown {
  const entry = table.tools.find((each) => each.name === tool);
  const row = entry === undefined ? undefined : table.rows[entry.row];
  if (row === undefined) return null;
  const args = row.args
    .map((argument) => [argument.name, table.patterns[argument.pattern]?.source] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [row.action, row.strict, args];
}

function listDlp({ dlp, patterns }: DecisionTable): unknown {
  if (dlp === null) return null;
  const { patterns: own, ...settings } = dlp;
  return [settings, own.map((each) => [each.name, each.scope, patterns[each.pattern]?.source])];
}
