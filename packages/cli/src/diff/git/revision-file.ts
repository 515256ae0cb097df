import type { Range } from '@agentpolicy/core';

/** A policy or a table as a revision has it. */
export interface RevisionFile {
  /** Relative to the working folder; of a policy in a ConfigMap with `#` and its name. */
  readonly path: string;
  /** Git's name of the content: equal names are equal bytes. */
  readonly blob: string;
  readonly bytes: Buffer;
  /** As the text says it; null where it does not. */
  readonly policyName: string | null;
  /** Where the policy stands in a file around it. */
  readonly embedding?: Embedding;
  /** For what is reached through a symbolic link. */
  readonly alias?: Alias;
}

/** Where a policy stands that is the text of a ConfigMap's value. */
export interface Embedding {
  /** The file around it. */
  readonly file: string;
  /** From the policy's places to the file's. */
  readonly shift: (range: Range) => Range;
}

export interface Alias {
  /** Git's name of the link itself. */
  readonly link: string;
  /** Whether what it leads to is compared under its own name. */
  readonly isListed: boolean;
}

/** Whether the bytes are a compiled table's. */
export function isTableText(bytes: Buffer): boolean {
  return bytes.subarray(0, 4096).includes('"AgentPolicyTable"');
}

/** Good enough to tell that a file was renamed; comparing the two is what counts. */
export function readName(text: string): string | null {
  const at = text.search(/^metadata\s*:|"metadata"\s*:/m);
  return at === -1 ? null : (/\bname["']?[ \t]*:[ \t]*["']?([\w.-]+)/.exec(text.slice(at))?.[1] ?? null);
}
