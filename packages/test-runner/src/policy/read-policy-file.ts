import { CoreError, type DecisionTable, loadTable } from '@agentpolicy/core';
import { describeFileProblem, readBoundedText } from '../files/read-file.ts';
import type { Place, Problem } from '../problem.ts';
import { loadPolicy } from './load-policy.ts';

/** A policy that is ready to be evaluated, and where its entries stand. */
export interface ReadyPolicy {
  readonly file: string;
  readonly table: DecisionTable;
  /** The policy as JSON; null where only its table is at hand. */
  readonly source: string | null;
  /** Where the entry with this JSON pointer stands; null where that is not known. */
  locate(pointer: string): Place | null;
}

export type PolicyReading =
  | { readonly ok: true; readonly policy: ReadyPolicy }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Bytes of a policy or a table: far more than any has. */
export const MAX_POLICY_BYTES = 64 * 1024 * 1024;

/** Reads a policy (YAML or JSON) or a compiled table (`*.aip.json`). `wanted` is the place that names it. */
export function readPolicyFile(file: string, wanted: Place): PolicyReading {
  let text: string;
  try {
    text = readBoundedText(file, MAX_POLICY_BYTES);
  } catch (cause) {
    const message = `the policy can't be read: ${describeFileProblem(cause)}`;
    return refuse([{ code: 'no-policy', message, place: wanted }]);
  }
  return file.endsWith('.aip.json') ? readTable(text, file, wanted) : readSource(text, file);
}

function refuse(problems: readonly Problem[]): PolicyReading {
  return { ok: false, problems };
}

function readSource(text: string, file: string): PolicyReading {
  const loaded = loadPolicy(text, file);
  if (!loaded.ok)
    return refuse(
      loaded.diagnostics.map(({ code, message, location, help }): Problem => {
        const { line, column } = location.range.start;
        const place = { file: location.file, line, column };
        return { code, message, place, ...(help === undefined ? {} : { help }) };
      }),
    );
  const places = new Map(
    loaded.table.sourceMap.map(([pointer, line, column]) => [pointer, { file, line, column }]),
  );
  const locate = (pointer: string): Place | null => places.get(pointer) ?? null;
  return { ok: true, policy: { file, table: loaded.table, source: loaded.source, locate } };
}

/** A table does not say which file its lines are lines of. */
function readTable(text: string, file: string, wanted: Place): PolicyReading {
  try {
    return { ok: true, policy: { file, table: loadTable(text), source: null, locate: () => null } };
  } catch (cause) {
    if (!(cause instanceof CoreError)) throw cause;
    return refuse([{ code: 'bad-table', message: cause.message, place: wanted }]);
  }
}
