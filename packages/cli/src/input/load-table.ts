import { CoreError, type DecisionTable, type Location, loadTable, type TextIndex } from '@agentpolicy/core';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { readBytes, STDIN } from './read-text.ts';
import type { TrustedKey } from './trusted-key.ts';

/** A table together with what is known about the text that it was compiled from. */
export interface LoadedPolicy {
  readonly table: DecisionTable;
  /** As the command line names it. */
  readonly path: string;
  /** The policy's text; null where a compiled table was given. */
  readonly source: TextIndex | null;
  /** Where an entry of the policy stands; null where neither text nor source map has it. */
  readonly locate: (pointer: string) => Location | null;
}

/**
 * Loads a compiled table, or compiles a policy on the fly. Findings that keep the policy from being compiled
 * go to standard error, and the command ends with a usage error. Where keys are given, one of them must have signed
 * what is loaded, and the table then requires no verification any more. `read` is how the file is read.
 */
export async function loadPolicy(
  context: CommandContext,
  path: string,
  keys: readonly TrustedKey[] = [],
  read: (context: CommandContext, path: string) => Promise<Buffer> | Buffer = readBytes,
): Promise<LoadedPolicy> {
  const bytes = await read(context, path);
  const name = path === STDIN ? 'standard input' : path;
  if (isTable(bytes)) {
    if (keys.length > 0) {
      const { demandSignature, verifyTableFile } = await import('./verify-signature.ts');
      demandSignature(name, verifyTableFile(context, path, bytes, keys));
    }
    return markVerified(loadCompiled(bytes, name), keys);
  }
  // What reads and compiles a policy is a third of the command: whoever runs a table does without.
  const { compileFile } = await import('./compile-file.ts');
  const { document, table } = compileFile(context, path, bytes);
  if (keys.length > 0) {
    const { demandSignature, verifyPolicyFile } = await import('./verify-signature.ts');
    demandSignature(name, verifyPolicyFile(document.policy, keys));
  }
  const loaded: LoadedPolicy = {
    table,
    path: name,
    source: document.index,
    locate: (pointer) => document.locate(pointer, 'value'),
  };
  return markVerified(loaded, keys);
}

/** The signature has been verified: nobody who enforces the table has to do it again. */
function markVerified(loaded: LoadedPolicy, keys: readonly TrustedKey[]): LoadedPolicy {
  if (keys.length === 0) return loaded;
  const requires = loaded.table.requires.filter((feature) => feature !== 'signature');
  return { ...loaded, table: { ...loaded.table, requires } };
}

/** Does the file say that it is a decision table? */
export function isTable(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 4096).toString('latin1');
  return /^\s*\{/.test(head) && /"kind"\s*:\s*"AgentPolicyTable"/.test(head);
}

function loadCompiled(bytes: Buffer, path: string): LoadedPolicy {
  const table = readTable(bytes, path);
  const places = new Map(table.sourceMap.map((place) => [place[0], place]));
  return {
    table,
    path,
    source: null,
    locate(pointer) {
      const place = places.get(pointer);
      if (place === undefined) return null;
      const [, line, column, endLine, endColumn] = place;
      // The table knows lines and columns of the policy it was made from; that text itself is not at hand.
      const start = { line, column, offset: 0 };
      return {
        file: `${table.policy.name} (source)`,
        pointer,
        range: { start, end: { line: endLine, column: endColumn, offset: 0 } },
      };
    },
  };
}

/** Reads a table's bytes; a damaged one is a usage error. */
export function readTable(bytes: Buffer, path: string): DecisionTable {
  try {
    return loadTable(bytes.toString('utf8'));
  } catch (failure) {
    if (failure instanceof CoreError) throw new CliError(`\`${path}\`: ${failure.message}`);
    throw failure;
  }
}
