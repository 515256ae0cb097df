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

/** What stands before the digest, and how far the digest's member reaches, in a file as it is written. */
const HEAD = '{"digest":"';
const AFTER_DIGEST = HEAD.length + 64 + '",'.length;

/** The text of a table's file: one line of JSON, the digest first. */
export function serializeTable(table: DecisionTable): string {
  const text = JSON.stringify(table);
  const digest = createHash('sha256').update(text).digest('hex');
  return `${HEAD}${digest}",${text.slice(1)}\n`;
}

/**
 * The digest of a file's text as it stands, for a file that has the writer's own layout; undefined for one that was
 * indented or reordered: then only its data can be digested.
 */
export function digestText(text: string): string | undefined {
  if (!text.startsWith(HEAD) || !text.startsWith('",', AFTER_DIGEST - 2)) return undefined;
  // Half a character would be hashed as if it were U+FFFD.
  if (/[\ud800-\udfff]/u.test(text)) return undefined;
  const end = text.endsWith('\n') ? text.length - 1 : text.length;
  return createHash('sha256').update('{').update(text.slice(AFTER_DIGEST, end)).digest('hex');
}
