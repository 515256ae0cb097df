import { compilePolicy } from '@agentpolicy/compiler';
import {
  CoreError,
  createTextIndex,
  type DecisionTable,
  type Diagnostic,
  type Location,
  loadTable,
  type TextIndex,
} from '@agentpolicy/core';
import { decodePolicy, type PolicyDocument, parsePolicy, verifyPolicySignature } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { renderDiagnostic } from '../report/diagnostics-pretty.ts';
import { readBytes, STDIN } from './read-text.ts';
import { demandSignature, type TrustedKey, verifyTableFile } from './verify-signature.ts';

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
 * what is loaded, and the table then requires no verification any more.
 */
export async function loadPolicy(
  context: CommandContext,
  path: string,
  keys: readonly TrustedKey[] = [],
): Promise<LoadedPolicy> {
  const bytes = await readBytes(context, path);
  const name = path === STDIN ? 'standard input' : path;
  if (isTable(bytes)) {
    if (keys.length > 0) demandSignature(name, verifyTableFile(context, path, bytes, keys));
    return markVerified(loadCompiled(bytes, name), keys);
  }
  const document = readPolicy(context, path, bytes);
  const compiled = compilePolicy(document);
  if (!compiled.ok) refuseText(context, path, document.text, compiled.diagnostics);
  if (keys.length > 0)
    demandSignature(
      name,
      verifyPolicySignature(
        document.policy,
        keys.map(({ key }) => key),
      ),
    );
  const loaded: LoadedPolicy = {
    table: compiled.table,
    path: name,
    source: document.index,
    locate: (pointer) => document.locate(pointer, 'value'),
  };
  return markVerified(loaded, keys);
}

/** Reads a policy's bytes; what is wrong with them goes to standard error, and the command ends with a usage error. */
export function readPolicy(context: CommandContext, path: string, bytes: Buffer): PolicyDocument {
  const name = path === STDIN ? 'standard input' : path;
  const decoded = decodePolicy(bytes, name);
  if (!decoded.ok) return refuseText(context, path, '', decoded.diagnostics);
  const parsed = parsePolicy(decoded.text, name);
  return parsed.ok ? parsed.document : refuseText(context, path, decoded.text, parsed.diagnostics);
}

function refuseText(
  context: CommandContext,
  path: string,
  text: string,
  diagnostics: readonly Diagnostic[],
): never {
  const index = createTextIndex(text);
  for (const diagnostic of diagnostics)
    context.warn(...renderDiagnostic(diagnostic, () => index, context.style));
  const name = path === STDIN ? 'standard input' : path;
  throw new CliError(`\`${name}\` is no policy that can be enforced`, `run: aip lint ${path}`);
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
