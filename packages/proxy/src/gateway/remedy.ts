import { appendPointer, type DecisionTable, quoteJson } from '@agentpolicy/core';
import { printable } from '../text/printable.ts';
import type { CallDecision } from './call-decision.ts';

/** As many characters of a name as are repeated in a line to add. */
const MAX_NAME = 100;

/**
 * Tells the operator which line of the policy permits what was refused. Names are quoted as YAML reads them,
 * and tamed.
 */
export class Remedies {
  private readonly table: DecisionTable;
  private lines: ReadonlyMap<string, number> | null = null;

  constructor(table: DecisionTable) {
    this.table = table;
  }

  /** Null where no line of the policy permits the call. */
  forCall(name: string, { reason, entry }: CallDecision): string | null {
    const rule = this.describeEntry('tool_rules', entry?.rule ?? null) ?? 'its rule';
    switch (reason.kind) {
      case 'permitted':
      case 'tool-absent':
        return null;
      case 'ask':
        return `write \`action: allow\` in ${rule}, or let somebody answer`;
      case 'not-listed':
        return `add to spec.allowed_tools: - ${quoteName(name)}`;
      case 'denied':
        return `remove ${this.describeEntry('denied_tools', entry?.denied ?? null) ?? 'it from spec.denied_tools'}`;
      case 'blocked':
        return `write \`action: allow\` in ${rule}`;
      case 'rate-limit':
        return `raise \`rate_limit\` in ${rule}`;
      case 'protected-path': {
        const entry = this.table.protectedPaths.indexOf(reason.path);
        const place = this.describeEntry('protected_paths', entry === -1 ? null : entry);
        return place === null ? null : `remove ${place}`;
      }
      case 'argument-missing':
        return `remove ${quoteName(reason.argument)} from \`allow_args\` in ${rule}`;
      case 'argument-mismatch':
        return `widen the pattern of ${quoteName(reason.argument)} in \`allow_args\` of ${rule}`;
      case 'argument-undeclared':
        return entry?.rule == null
          ? `add to spec.tool_rules: - { tool: ${quoteName(name)}, allow_args: { ${quoteName(reason.argument)}: PATTERN } }`
          : `add to \`allow_args\` in ${rule}: ${quoteName(reason.argument)}: PATTERN`;
      case 'schema-mismatch':
        return `review the new definition, then write in ${rule}: schema_hash: "${reason.actual}"`;
      case 'schema-drift':
        return `review the new definition, then remove ${quoteName(name)} from the file of pins`;
    }
  }

  /** The method's name is the normalized one. */
  forMethod(normalized: string): string {
    const { denied, allowed } = this.table.methods;
    const entry = denied.find((method) => method.name === normalized);
    if (entry !== undefined)
      return `remove ${this.describeEntry('denied_methods', entry.index) ?? 'it from spec.denied_methods'}`;
    const hasList = allowed.some((method) => method.index !== null);
    const rest = hasList
      ? ''
      : ', and there the default methods that are needed, since the list replaces them';
    return `add to spec.allowed_methods: - ${quoteName(normalized)}${rest}`;
  }

  /** The entry that a decision comes from, for people. */
  describeRule({ entry }: CallDecision): string {
    return this.describeEntry('tool_rules', entry?.rule ?? null) ?? 'the policy';
  }

  /** The line of the rule that a decision comes from; undefined where the table does not know it. */
  findLine({ entry }: CallDecision): number | undefined {
    return entry?.rule == null ? undefined : this.lineOf('tool_rules', entry.rule);
  }

  private lineOf(list: string, index: number): number | undefined {
    this.lines ??= new Map(this.table.sourceMap.map(([pointer, line]) => [pointer, line]));
    return this.lines.get(appendPointer(`/spec/${list}`, index));
  }

  private describeEntry(list: string, index: number | null): string | null {
    if (index === null) return null;
    const line = this.lineOf(list, index);
    return `spec.${list}[${index}]${line === undefined ? '' : ` (line ${line})`}`;
  }
}

function quoteName(name: string): string {
  return printable(quoteJson(name.slice(0, MAX_NAME)), 2 * MAX_NAME);
}
