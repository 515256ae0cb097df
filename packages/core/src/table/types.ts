/** The version of the decision table's format; a loader refuses every other one. */
export const TABLE_FORMAT = 1;

/** Says that a JSON file is a decision table. */
export const TABLE_KIND = 'AgentPolicyTable';

/**
 * What a policy asks for beyond deciding on a call's name and arguments. Whoever enforces a table must
 * enforce each of these too or refuse the table: nothing is silently not enforced.
 */
export const TABLE_FEATURES = [
  'signature',
  'schema_hash',
  'scan_requests',
  'identity',
  'server',
  'registry',
  'aat',
] as const;

export type TableFeature = (typeof TABLE_FEATURES)[number];

/** A policy, compiled: plain data that an engine evaluates. `docs/decision-table.md` describes each part. */
export interface DecisionTable {
  readonly kind: typeof TABLE_KIND;
  readonly format: typeof TABLE_FORMAT;
  /** Name and version of the compiler that made it. */
  readonly compiler: string;
  /** The Unicode version of every character class and case folding in it. */
  readonly unicode: string;
  readonly policy: TablePolicy;
  readonly requires: readonly TableFeature[];
  readonly methods: TableMethods;
  /** Sorted by `name`; a name that is not here is blocked. */
  readonly tools: readonly TableTool[];
  readonly rows: readonly TableRow[];
  readonly patterns: readonly TablePattern[];
  readonly programs: readonly TableProgram[];
  /** As written in the policy; they are resolved where the table runs. */
  readonly protectedPaths: readonly string[];
  /** Null where the policy has no DLP or turns it off. */
  readonly dlp: TableDlp | null;
  /** Sorted by pointer. */
  readonly sourceMap: readonly TablePlace[];
}

export interface TablePolicy {
  readonly name: string;
  readonly apiVersion: string;
  /** `metadata.version`; null where the policy has none. */
  readonly version: string | null;
  /** SHA-256 of the canonical policy (v1alpha2 §5.2), in lower-case hexadecimal. */
  readonly hash: string;
  readonly mode: 'enforce' | 'monitor';
}

/** Each list is sorted by name. A denied method is denied even where `any` is true. */
export interface TableMethods {
  /** `*` stands in `allowed_methods`. */
  readonly any: boolean;
  readonly allowed: readonly TableMethod[];
  readonly denied: readonly TableMethod[];
}

export interface TableMethod {
  /** Normalized. */
  readonly name: string;
  /** Index into the policy's list; null where the method comes from the specification's default list. */
  readonly index: number | null;
}

/** One tool that the policy names. The three indexes tell which entries of the policy speak of it. */
export interface TableTool {
  /** Normalized. */
  readonly name: string;
  /** As the policy writes it: for people. */
  readonly display: string;
  /** Index into `rows`. */
  readonly row: number;
  /** Index into the policy's `spec.tool_rules`. */
  readonly rule: number | null;
  /** Index into the policy's `spec.allowed_tools`. */
  readonly listed: number | null;
  /** Index into the policy's `spec.denied_tools`. */
  readonly denied: number | null;
}

/** What is decided about a tool's calls. Tools with the same rules share one row. */
export interface TableRow {
  /** `deny` comes from `denied_tools`, `block` from a rule. */
  readonly action: 'allow' | 'ask' | 'block' | 'deny';
  readonly rateLimit: TableRateLimit | null;
  /** Refuse arguments that `args` does not name. */
  readonly strict: boolean;
  /** In the policy's order: the first that fails is reported. */
  readonly args: readonly TableArgument[];
  readonly schemaHash: string | null;
}

/** A token bucket: it holds `count` calls and is refilled with `count` calls per `periodMs` milliseconds. */
export interface TableRateLimit {
  readonly count: number;
  readonly periodMs: number;
}

export interface TableArgument {
  readonly name: string;
  /** Index into `patterns`; the program of that pattern is for `match`. */
  readonly pattern: number;
}

export interface TablePattern {
  /** The pattern's text: for people, never compiled again. */
  readonly source: string;
  /** Index into `programs`. Patterns that mean the same share one. */
  readonly program: number;
}

/** A compiled pattern. What `code` holds is checked by `@agentpolicy/regex/match`, which runs it. */
export interface TableProgram {
  readonly use: 'match' | 'spans';
  readonly code: unknown;
}

export interface TableDlp {
  readonly scanRequests: boolean;
  readonly scanResponses: boolean;
  readonly detectEncoding: boolean;
  readonly filterStderr: boolean;
  /** In bytes of UTF-8; null where the policy does not limit it: then everything is scanned. */
  readonly maxScanSize: number | null;
  readonly onRequestMatch: 'block' | 'redact' | 'warn';
  readonly onRedactionFailure: 'block' | 'allow_original' | 'reject';
  readonly logOriginalOnFailure: boolean;
  /** In the policy's order, in which they are applied. */
  readonly patterns: readonly TableDlpPattern[];
}

export interface TableDlpPattern {
  readonly name: string;
  /** Index into `patterns`; the program of that pattern is for `spans`. */
  readonly pattern: number;
  readonly scope: 'all' | 'request' | 'response';
}

/** Where the value at a JSON pointer stands in the policy's text: `[pointer, line, column, endLine, endColumn]`. */
export type TablePlace = readonly [
  pointer: string,
  line: number,
  column: number,
  endLine: number,
  endColumn: number,
];
