import { AIP_ERRORS, type DecisionTable, normalizeName, type TableTool } from '@agentpolicy/core';
import type { DecisionError } from '@agentpolicy/engine';
import {
  HASH_ALGORITHMS,
  type HashAlgorithm,
  type OpenRequest,
  type RequestMessage,
  type ToolPage,
} from '@agentpolicy/message';
import type { PinnedPart, PinStore } from './pins.ts';
import { type SeenDefinition, ToolCatalog } from './tool-catalog.ts';

/** What is wrong with a tool's definition. */
export type DefinitionReason =
  | { readonly kind: 'schema-mismatch'; readonly expected: string; readonly actual: string }
  | { readonly kind: 'schema-drift'; readonly parts: readonly PinnedPart[] }
  | { readonly kind: 'tool-absent' };

export type DefinitionCheck = DefinitionReason | { readonly kind: 'fits' } | { readonly kind: 'unknown' };

const FITS = { kind: 'fits' } as const;

/** Compares the definitions that a server lists with `schema_hash` (v1alpha2 §3.5.4) and with the pinned ones. */
export class DefinitionGuard {
  private readonly pins: PinStore | null;
  private readonly catalog: ToolCatalog;
  private hashes: ReadonlyMap<string, string>;

  constructor(table: DecisionTable, pins: PinStore | null) {
    this.pins = pins;
    this.hashes = readHashes(table);
    this.catalog = new ToolCatalog(readAlgorithms(this.hashes), pins);
  }

  /** Another policy holds from now on. */
  replaceTable(table: DecisionTable): void {
    this.hashes = readHashes(table);
    this.catalog.want(readAlgorithms(this.hashes));
  }

  /** Whether any tool's definition matters. */
  get isNeeded(): boolean {
    return this.pins !== null || this.hashes.size > 0;
  }

  /** A call of a tool by the name that the server gets. */
  check(name: string): DefinitionCheck {
    const expected = this.hashes.get(normalizeName(name));
    if (expected === undefined && this.pins === null) return FITS;
    const entry = this.catalog.find(name);
    switch (entry.kind) {
      case 'unknown':
        return { kind: 'unknown' };
      case 'absent':
        return { kind: 'tool-absent' };
      case 'listed':
        return compare(entry.definitions, expected);
    }
  }

  asked(request: OpenRequest, message: RequestMessage): void {
    this.catalog.asked(request, message);
  }

  /** Takes a page and tells which tools of it may not be called as they are now defined. */
  learn(request: OpenRequest, page: ToolPage): ReadonlyMap<string, DefinitionReason> {
    const wrong = new Map<string, DefinitionReason>();
    for (const [name, definitions] of this.catalog.learn(request, page)) {
      const check = compare(definitions, this.hashes.get(normalizeName(name)));
      if (check.kind === 'schema-mismatch' || check.kind === 'schema-drift') wrong.set(name, check);
    }
    return wrong;
  }

  forget(): void {
    this.catalog.forget();
  }

  /** Keeps what was pinned since the last time. */
  save(): string | null {
    return this.pins?.save() ?? null;
  }
}

/** What a client is told. It learns neither hash. */
export function explainDefinition(reason: DefinitionReason): DecisionError {
  switch (reason.kind) {
    case 'schema-mismatch':
      return {
        ...AIP_ERRORS.schemaMismatch,
        reason: 'The definition of the tool is not the one that the policy allows',
      };
    case 'schema-drift':
      return {
        ...AIP_ERRORS.schemaMismatch,
        reason: 'The definition of the tool has changed since it was first seen',
      };
    case 'tool-absent':
      return { ...AIP_ERRORS.forbidden, reason: 'The server does not list the tool' };
  }
}

function compare(
  definitions: readonly SeenDefinition[],
  expected: string | undefined,
): Exclude<DefinitionCheck, { kind: 'unknown' }> {
  for (const { hashes, drift } of definitions) {
    if (expected !== undefined && !hashes.includes(expected)) {
      const algorithm = expected.slice(0, expected.indexOf(':') + 1);
      const actual = hashes.find((hash) => hash.startsWith(algorithm)) ?? 'unknown';
      return { kind: 'schema-mismatch', expected, actual };
    }
    if (drift.length > 0) return { kind: 'schema-drift', parts: drift };
  }
  return FITS;
}

function readHashes(table: DecisionTable): ReadonlyMap<string, string> {
  const hashOf = (tool: TableTool): string | null => table.rows[tool.row]?.schemaHash ?? null;
  return new Map(
    table.tools.flatMap((tool) => {
      const hash = hashOf(tool);
      return hash === null ? [] : [[tool.name, hash.toLowerCase()] as const];
    }),
  );
}

function readAlgorithms(hashes: ReadonlyMap<string, string>): readonly HashAlgorithm[] {
  const wanted = [...hashes.values()];
  return HASH_ALGORITHMS.filter((algorithm) => wanted.some((hash) => hash.startsWith(`${algorithm}:`)));
}
