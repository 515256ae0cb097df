import { compilePolicy } from '@agentpolicy/compiler';
import {
  CoreError,
  createTextIndex,
  type DecisionTable,
  type Location,
  loadTable,
  type TextIndex,
} from '@agentpolicy/core';
import { decodePolicy, parsePolicy } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { renderDiagnostic } from '../report/diagnostics-pretty.ts';
import { readBytes, STDIN } from './read-text.ts';

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
 * go to standard error, and the command ends with a usage error.
 */
export async function loadPolicy(context: CommandContext, path: string): Promise<LoadedPolicy> {
  const bytes = await readBytes(context, path);
  const name = path === STDIN ? 'standard input' : path;
  if (isTable(bytes)) return loadCompiled(bytes, name);
  const decoded = decodePolicy(bytes, name);
  const parsed = decoded.ok ? parsePolicy(decoded.text, name) : decoded;
  const compiled = parsed.ok ? compilePolicy(parsed.document) : parsed;
  if (!parsed.ok || !compiled.ok) {
    const index = createTextIndex(decoded.ok ? decoded.text : '');
    const diagnostics = compiled.ok ? [] : compiled.diagnostics;
    for (const diagnostic of diagnostics)
      context.warn(...renderDiagnostic(diagnostic, () => index, context.style));
    throw new CliError(`\`${name}\` is no policy that can be enforced`, `run: aip lint ${path}`);
  }
  const { document } = parsed;
  return {
    table: compiled.table,
    path: name,
    source: document.index,
    locate: (pointer) => document.locate(pointer, 'value'),
  };
}

function isTable(bytes: Buffer): boolean {
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

function readTable(bytes: Buffer, path: string): DecisionTable {
  try {
    return loadTable(bytes.toString('utf8'));
  } catch (failure) {
    if (failure instanceof CoreError) throw new CliError(`\`${path}\`: ${failure.message}`);
    throw failure;
  }
}
