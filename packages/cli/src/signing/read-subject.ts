import type { DecisionTable } from '@agentpolicy/core';
import type { PolicyDocument } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { readPolicy } from '../input/compile-file.ts';
import { isTable, readTable } from '../input/load-table.ts';
import { readBytes } from '../input/read-text.ts';

/** What has a hash and can be signed: a policy, or the table that was compiled from one. */
export type Subject =
  | { readonly kind: 'policy'; readonly document: PolicyDocument }
  | { readonly kind: 'table'; readonly table: DecisionTable; readonly bytes: Uint8Array };

/** Reads a policy or a table; one that is not valid is a usage error. */
export async function readSubject(context: CommandContext, path: string): Promise<Subject> {
  const bytes = await readBytes(context, path);
  if (isTable(bytes)) return { kind: 'table', table: readTable(bytes, path), bytes };
  return { kind: 'policy', document: readPolicy(context, path, bytes) };
}

/** The hash of a policy, or of the policy that a table was compiled from (v1alpha2 §5.2.2). */
export function hashOf(subject: Subject): string {
  return subject.kind === 'policy' ? subject.document.hash : subject.table.policy.hash;
}
