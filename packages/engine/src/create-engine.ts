import { type DecisionTable, TABLE_FEATURES, type TableFeature, type TableProgram } from '@agentpolicy/core';
import {
  createProgramLoader,
  type LoadedProgram,
  type ProgramLoader,
  RegexError,
} from '@agentpolicy/regex/match';
import { createScanner } from './dlp/scanner.ts';
import { EngineError } from './engine-error.ts';
import { createMethodGate } from './methods/method-gate.ts';
import { createPathGuard } from './paths/path-guard.ts';
import type { LoadedPattern } from './tools/argument-check.ts';
import { TokenBuckets } from './tools/rate-limiter.ts';
import { createToolJudge } from './tools/tool-judge.ts';
import type { Engine, EngineEnvironment, Scanner } from './types.ts';

/** The rate limits of each engine, for the one that continues it. */
const BUCKETS = new WeakMap<Engine, TokenBuckets>();

/**
 * Makes an engine of a loaded table and what is only known where it runs. An engine keeps the state of its
 * rate limits: one engine is one session's.
 * @throws EngineError `unsupported-feature` where the table requires what the caller does not handle,
 *   `bad-program` where a pattern's program is damaged, `bad-environment` where a path is not absolute.
 */
export function createEngine(table: DecisionTable, environment: EngineEnvironment): Engine {
  refuseUnhandled(table, environment.handles ?? []);
  const patterns = loadPatterns(table);
  const guard = createPathGuard({ ...environment, protectedPaths: table.protectedPaths });
  const { clock, continues } = environment;
  const previous = continues === undefined ? undefined : BUCKETS.get(continues);
  const buckets = new TokenBuckets(clock, previous);
  const judge = createToolJudge(table, patterns, guard, buckets);
  const engine: Engine = {
    table,
    decideMethod: createMethodGate(table.methods),
    decideToolCall: judge.decide,
    couldAllow: judge.couldAllow,
    requests: table.dlp?.scanRequests === true ? scannerFor(table, patterns, 'request') : null,
    responses: table.dlp?.scanResponses === true ? scannerFor(table, patterns, 'response') : null,
    logs: scannerFor(table, patterns, 'all'),
  };
  BUCKETS.set(engine, buckets);
  return engine;
}

const FEATURE_REMEDIES: Readonly<Record<TableFeature, string>> = {
  signature: 'metadata.signature: there is no key to verify it with (give --public-key)',
  schema_hash: 'tool_rules[].schema_hash: tool schemas are not verified here',
  scan_requests: 'dlp.scan_requests: requests are not scanned here',
  identity: 'identity: identity tokens are not issued or verified here',
  server: 'server.enabled: there is no validation server here',
  registry: 'registry.enabled: no registry is asked here',
  aat: 'aat: agent authentication tokens are not verified here',
};

function refuseUnhandled(table: DecisionTable, handles: readonly TableFeature[]): void {
  const missing = TABLE_FEATURES.filter(
    (feature) => table.requires.includes(feature) && !handles.includes(feature),
  );
  if (missing.length === 0) return;
  throw new EngineError(
    'unsupported-feature',
    `the policy \`${table.policy.name}\` asks for what would not be enforced: ${missing.map((feature) => FEATURE_REMEDIES[feature]).join('; ')}`,
  );
}

/** Loads each program once; patterns that mean the same share it, with its caches. */
function loadPatterns({ patterns, programs }: DecisionTable): LoadedPattern[] {
  const loader = createProgramLoader();
  const loaded = programs.map((program, index) => load(loader, program, index));
  return patterns.map(({ source, program: index }) => {
    const program = loaded[index];
    if (program === undefined)
      throw new EngineError('bad-program', `the pattern \`${source}\` has no program`);
    return { source, program };
  });
}

function load(loader: ProgramLoader, { use, code }: TableProgram, index: number): LoadedProgram {
  const refuse = (problem: string): never => {
    throw new EngineError('bad-program', `the table's program ${index} is damaged: ${problem}`);
  };
  try {
    const program = loader(code);
    return program.info.use === use ? program : refuse(`it is for ${program.info.use}, not for ${use}`);
  } catch (failure) {
    if (failure instanceof RegexError) return refuse(failure.message);
    throw failure;
  }
}

function scannerFor(
  table: DecisionTable,
  patterns: readonly LoadedPattern[],
  scope: 'request' | 'response' | 'all',
): Scanner | null {
  const { dlp } = table;
  if (dlp === null) return null;
  const items = dlp.patterns.flatMap((item) => {
    const pattern = patterns[item.pattern];
    const isWanted = scope === 'all' || item.scope === 'all' || item.scope === scope;
    return pattern !== undefined && isWanted ? [{ name: item.name, program: pattern.program }] : [];
  });
  // The limit is about messages that wait for the scan; what a log keeps is all scanned.
  const settings = scope === 'all' ? { ...dlp, maxScanSize: null } : dlp;
  return items.length === 0 ? null : createScanner(settings, items);
}
