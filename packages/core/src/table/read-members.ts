import { normalizeName } from '../names/normalize-name.ts';
import type { Checker } from './check.ts';
import type {
  DecisionTable,
  TableDlp,
  TableDlpPattern,
  TableMethod,
  TablePattern,
  TablePlace,
  TableProgram,
  TableRateLimit,
  TableRow,
  TableTool,
} from './types.ts';

const MAX_INDEX = 2 ** 31;

/** What the program of a pattern is for. */
export type ProgramUse = TableProgram['use'] | undefined;

/** Null, or an index into a list of the policy. */
function readIndex(at: Checker, key: string, value: unknown): number | null {
  return value === null ? null : at.integer(key, value, 0, MAX_INDEX);
}

function readNullableText(at: Checker, key: string, value: unknown): string | null {
  return value === null ? null : at.text(key, value);
}

export function readHash(at: Checker, key: string, value: unknown): string {
  const hash = at.text(key, value);
  return /^[0-9a-f]{64}$/.test(hash) ? hash : at.fail('is not a SHA-256 in hexadecimal', key);
}

function readNormalized(at: Checker, key: string, value: unknown): string {
  const name = at.text(key, value);
  if (name === '') at.fail('is an empty name', key);
  if (normalizeName(name) !== name) at.fail(`is \`${name}\`, which is not normalized`, key);
  return name;
}

const POLICY_KEYS = ['name', 'apiVersion', 'version', 'hash', 'mode'] as const;

export function readPolicy(at: Checker, value: unknown): DecisionTable['policy'] {
  const { name, apiVersion, version, hash, mode } = at.members(value, POLICY_KEYS);
  return {
    name: at.text('name', name),
    apiVersion: at.text('apiVersion', apiVersion),
    version: readNullableText(at, 'version', version),
    hash: readHash(at, 'hash', hash),
    mode: at.choice('mode', mode, ['enforce', 'monitor']),
  };
}

const METHODS_KEYS = ['any', 'allowed', 'denied'] as const;
const METHOD_KEYS = ['name', 'index'] as const;

export function readMethods(at: Checker, value: unknown): DecisionTable['methods'] {
  const { any, allowed, denied } = at.members(value, METHODS_KEYS);
  const readNames = (key: string, list: unknown): readonly TableMethod[] => {
    const found = at.list(key, list, (item): TableMethod => {
      const { name, index } = at.members(item, METHOD_KEYS);
      return { name: readNormalized(at, 'name', name), index: readIndex(at, 'index', index) };
    });
    at.sorted(key, found, ({ name }) => name);
    return found;
  };
  return {
    any: at.flag('any', any),
    allowed: readNames('allowed', allowed),
    denied: readNames('denied', denied),
  };
}

const PROGRAM_KEYS = ['use', 'code'] as const;

export function readProgram(at: Checker, value: unknown): TableProgram {
  const { use, code } = at.members(value, PROGRAM_KEYS);
  return { use: at.choice('use', use, ['match', 'spans']), code };
}

const PATTERN_KEYS = ['source', 'program'] as const;

export function readPattern(at: Checker, value: unknown, programs: readonly TableProgram[]): TablePattern {
  const { source, program } = at.members(value, PATTERN_KEYS);
  return {
    source: at.text('source', source),
    program: at.integer('program', program, 0, programs.length - 1),
  };
}

/** An index of a pattern that is compiled for this use. */
function readPatternIndex(at: Checker, value: unknown, uses: readonly ProgramUse[], use: ProgramUse): number {
  const index = at.integer('pattern', value, 0, uses.length - 1);
  return uses[index] === use ? index : at.fail(`is ${index}, a pattern that is not for ${use}`, 'pattern');
}

const ROW_KEYS = ['action', 'rateLimit', 'strict', 'args', 'schemaHash'] as const;
const ARGUMENT_KEYS = ['name', 'pattern'] as const;
const LIMIT_KEYS = ['count', 'periodMs'] as const;

export function readRow(at: Checker, value: unknown, uses: readonly ProgramUse[]): TableRow {
  const { action, rateLimit, strict, args, schemaHash } = at.members(value, ROW_KEYS);
  return {
    action: at.choice('action', action, ['allow', 'ask', 'block', 'deny']),
    rateLimit: rateLimit === null ? null : at.within('rateLimit', () => readRateLimit(at, rateLimit)),
    strict: at.flag('strict', strict),
    args: at.list('args', args, (item) => {
      const { name, pattern } = at.members(item, ARGUMENT_KEYS);
      return { name: at.text('name', name), pattern: readPatternIndex(at, pattern, uses, 'match') };
    }),
    schemaHash: readNullableText(at, 'schemaHash', schemaHash),
  };
}

function readRateLimit(at: Checker, value: unknown): TableRateLimit {
  const { count, periodMs } = at.members(value, LIMIT_KEYS);
  return {
    count: at.integer('count', count, 0, MAX_INDEX),
    periodMs: at.integer('periodMs', periodMs, 1, MAX_INDEX),
  };
}

const TOOL_KEYS = ['name', 'display', 'row', 'rule', 'listed', 'denied'] as const;

export function readTool(at: Checker, value: unknown, rowCount: number): TableTool {
  const { name, display, row, rule, listed, denied } = at.members(value, TOOL_KEYS);
  if (rule === null && listed === null && denied === null) at.fail('comes from no entry of the policy');
  return {
    name: readNormalized(at, 'name', name),
    display: at.text('display', display),
    row: at.integer('row', row, 0, rowCount - 1),
    rule: readIndex(at, 'rule', rule),
    listed: readIndex(at, 'listed', listed),
    denied: readIndex(at, 'denied', denied),
  };
}

const DLP_KEYS = [
  'scanRequests',
  'scanResponses',
  'detectEncoding',
  'filterStderr',
  'maxScanSize',
  'onRequestMatch',
  'onRedactionFailure',
  'logOriginalOnFailure',
  'patterns',
] as const;
const DLP_PATTERN_KEYS = ['name', 'pattern', 'scope'] as const;

export function readDlp(at: Checker, value: unknown, uses: readonly ProgramUse[]): TableDlp {
  const members = at.members(value, DLP_KEYS);
  const { maxScanSize } = members;
  const readFlag = (key: (typeof DLP_KEYS)[number]): boolean => at.flag(key, members[key]);
  return {
    scanRequests: readFlag('scanRequests'),
    scanResponses: readFlag('scanResponses'),
    detectEncoding: readFlag('detectEncoding'),
    filterStderr: readFlag('filterStderr'),
    maxScanSize:
      maxScanSize === null ? null : at.integer('maxScanSize', maxScanSize, 0, Number.MAX_SAFE_INTEGER),
    onRequestMatch: at.choice('onRequestMatch', members.onRequestMatch, ['block', 'redact', 'warn']),
    onRedactionFailure: at.choice('onRedactionFailure', members.onRedactionFailure, [
      'block',
      'allow_original',
      'reject',
    ]),
    logOriginalOnFailure: readFlag('logOriginalOnFailure'),
    patterns: at.list('patterns', members.patterns, (item): TableDlpPattern => {
      const { name, pattern, scope } = at.members(item, DLP_PATTERN_KEYS);
      return {
        name: at.text('name', name),
        pattern: readPatternIndex(at, pattern, uses, 'spans'),
        scope: at.choice('scope', scope, ['all', 'request', 'response']),
      };
    }),
  };
}

export function readPlace(at: Checker, value: unknown): TablePlace {
  if (!Array.isArray(value) || value.length !== 5) return at.fail('is not a pointer with four numbers');
  const place: readonly unknown[] = value;
  const [pointer, line, column, endLine, endColumn] = place;
  if (
    typeof pointer !== 'string' ||
    !isPosition(line) ||
    !isPosition(column) ||
    !isPosition(endLine) ||
    !isPosition(endColumn)
  ) {
    return at.fail('is not a pointer with four numbers');
  }
  return [pointer, line, column, endLine, endColumn];
}

function isPosition(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= MAX_INDEX;
}
