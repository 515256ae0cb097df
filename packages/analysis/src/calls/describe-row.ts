import type { TablePattern, TableRow } from '@agentpolicy/core';

/**
 * What a row says, as text: two rows with one text decide alike. The order in which arguments are checked
 * says nothing.
 */
export function describeRow(row: TableRow, patterns: readonly TablePattern[]): string {
  const args = row.args.map(({ name, pattern }) => [name, patterns[pattern]?.source ?? null] as const);
  const { action, strict, rateLimit, schemaHash } = row;
  return JSON.stringify([
    action,
    strict,
    rateLimit === null ? null : [rateLimit.count, rateLimit.periodMs],
    schemaHash,
    args.sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}
