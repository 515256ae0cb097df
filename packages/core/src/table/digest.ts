import { createHash } from 'node:crypto';
import type { DecisionTable } from './types.ts';

/**
 * SHA-256, in hexadecimal, of a table's JSON text without white space and without the digest itself.
 * Members count in the order that they have: the compiler writes them in one order only, and a reader that
 * keeps the order of a file finds its digest again, however the file is indented.
 */
export function digestTable(table: object): string {
  return createHash('sha256').update(JSON.stringify(table)).digest('hex');
}

/** The text of a table's file: one line of JSON, the digest first. */
export function serializeTable(table: DecisionTable): string {
  return `${JSON.stringify({ digest: digestTable(table), ...table })}\n`;
}
