import { type DecisionTable, serializeTable, type TableRow } from '@agentpolicy/core';
import { loadProgram } from '@agentpolicy/regex/match';

/** The version of the JSON that `aip inspect --format json` prints. */
const INSPECTION_VERSION = 1;

export interface InspectedRow {
  readonly action: TableRow['action'];
  readonly tools: readonly string[];
  readonly rateLimit: TableRow['rateLimit'];
  readonly strict: boolean;
  readonly args: readonly { readonly name: string; readonly program: number; readonly source: string }[];
  readonly schemaHash: string | null;
}

export interface InspectedProgram {
  readonly use: 'match' | 'spans';
  /** What runs the pattern. */
  readonly engine: string;
  /** Why it got this engine. */
  readonly why: string;
  /** Of its JSON text. */
  readonly bytes: number;
  /** The patterns that share it. */
  readonly sources: readonly string[];
}

export interface Inspection {
  readonly version: number;
  readonly policy: DecisionTable['policy'];
  readonly compiler: string;
  readonly format: number;
  readonly unicode: string;
  readonly bytes: number;
  readonly requires: DecisionTable['requires'];
  readonly methods: {
    readonly any: boolean;
    readonly allowed: readonly string[];
    readonly denied: readonly string[];
  };
  readonly rows: readonly InspectedRow[];
  readonly programs: readonly InspectedProgram[];
  readonly protectedPaths: readonly string[];
  readonly dlp: DecisionTable['dlp'];
  /** How much smaller sharing made it, and how many patterns became comparisons of strings. */
  readonly savings: {
    readonly tools: number;
    readonly rows: number;
    readonly patterns: number;
    readonly programs: number;
    readonly folded: number;
  };
}

/** Engines that compare strings: the pattern was folded to constants. */
const FOLDED: ReadonlySet<string> = new Set(['all', 'none', 'set', 'prefix', 'suffix', 'contains']);

/** Describes a loaded table: its rows with their tools, and every program with what runs it. */
export function inspectTable(table: DecisionTable): Inspection {
  const programs = table.programs.map(({ use, code }, index): InspectedProgram => {
    const { engine, why } = loadProgram(code).info;
    const sources = table.patterns.filter(({ program }) => program === index).map(({ source }) => source);
    return { use, engine, why, bytes: Buffer.byteLength(JSON.stringify(code)), sources };
  });
  return {
    version: INSPECTION_VERSION,
    policy: table.policy,
    compiler: table.compiler,
    format: table.format,
    unicode: table.unicode,
    bytes: Buffer.byteLength(serializeTable(table)),
    requires: table.requires,
    methods: {
      any: table.methods.any,
      allowed: table.methods.allowed.map(({ name }) => name),
      denied: table.methods.denied.map(({ name }) => name),
    },
    rows: table.rows.map((row, index) => inspectRow(table, row, index)),
    programs,
    protectedPaths: table.protectedPaths,
    dlp: table.dlp,
    savings: {
      tools: table.tools.length,
      rows: table.rows.length,
      patterns: table.patterns.length,
      programs: programs.length,
      folded: programs.filter(({ engine }) => FOLDED.has(engine)).length,
    },
  };
}

function inspectRow(table: DecisionTable, row: TableRow, index: number): InspectedRow {
  return {
    action: row.action,
    tools: table.tools.filter((tool) => tool.row === index).map(({ display }) => display),
    rateLimit: row.rateLimit,
    strict: row.strict,
    args: row.args.map(({ name, pattern }) => {
      const found = table.patterns[pattern];
      return { name, program: found?.program ?? -1, source: found?.source ?? '' };
    }),
    schemaHash: row.schemaHash,
  };
}
