import type { KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import type { CommandContext } from '../context.ts';

/** A public key, and the file that it stands in. */
export interface TrustedKey {
  readonly file: string;
  readonly key: KeyObject;
}

/** The files that decide whom a policy is trusted from: no tool call may touch them either. */
export function listTrustFiles(
  context: CommandContext,
  policy: string,
  keyFiles: readonly string[] = [],
): readonly string[] {
  if (keyFiles.length === 0) return [];
  return [signaturePathOf(policy), ...keyFiles].map((file) => resolve(context.cwd, file));
}

/** Where the signature of a table stands: beside it. */
export function signaturePathOf(table: string): string {
  return `${table}.sig`;
}
