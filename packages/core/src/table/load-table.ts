import { CoreError } from '../errors/core-error.ts';
import { normalizeName } from '../names/normalize-name.ts';
import { Checker } from './check.ts';
import { digestTable } from './digest.ts';
import {
  type DecisionTable,
  TABLE_FEATURES,
  TABLE_FORMAT,
  TABLE_KIND,
  type TableDlp,
  type TableDlpPattern,
  type TableMethod,
  type TablePattern,
  type TablePlace,
  type TableProgram,
  type TableRow,
  type TableTool,
} from './types.ts';

const MAX_INDEX = 2 ** 31;
const HASH = 64;

function isHash(text: string): boolean {
  return text.length === HASH && [...text].every((digit) => '0123456789abcdef'.includes(digit));
}

/** Refuses what is no table of this format with a message of its own, before its parts are looked at. */
function checkKind(data: unknown): void {
  const has = (key: string): unknown =>
    typeof data === 'object' && data !== null
      ? Object.entries(data).find(([name]) => name === key)?.[1]
      : undefined;
  if (has('kind') !== TABLE_KIND)
    throw new CoreError('bad-table', `not a decision table: \`kind\` is not \`${TABLE_KIND}\``);
  const format = has('format');
  if (format === TABLE_FORMAT) return;
  if (typeof format === 'number' && format > TABLE_FORMAT) {
    throw new CoreError(
      'bad-table',
      `the decision table has format ${format}; this version reads format ${TABLE_FORMAT}: compile the policy again, or upgrade`,
    );
  }
  throw new CoreError('bad-table', `the decision table is damaged: format is not ${TABLE_FORMAT}`);
}

function checkMethods(at: Checker): DecisionTable['methods'] {
  const members = at.object(['any', 'allowed', 'denied']);
  const names = (list: Checker): readonly TableMethod[] => {
    const found = list.list((item) => {
      const { name, index } = item.object(['name', 'index']);
      return { name: checkNormalized(name), index: index.nullable((value) => value.integer(0, MAX_INDEX)) };
    });
    list.sorted(found.map((method) => method.name));
    return found;
  };
  return { any: members.any.flag(), allowed: names(members.allowed), denied: names(members.denied) };
}

function checkNormalized(at: Checker): string {
  const name = at.text();
  if (name === '') at.fail('is an empty name');
  if (normalizeName(name) !== name) at.fail(`is \`${name}\`, which is not normalized`);
  return name;
}

/** A pattern together with what its program is for. */
interface UsedPattern extends TablePattern {
  readonly use: TableProgram['use'] | undefined;
}

function checkProgram(at: Checker): TableProgram {
  const members = at.object(['use', 'code']);
  return { use: members.use.choice(['match', 'spans']), code: members.code.value };
}

function checkPattern(at: Checker, programs: readonly TableProgram[]): UsedPattern {
  const members = at.object(['source', 'program']);
  const program = members.program.integer(0, programs.length - 1);
  return { source: members.source.text(), program, use: programs[program]?.use };
}

/** An index of a pattern that is compiled for this use. */
function checkPatternIndex(at: Checker, patterns: readonly UsedPattern[], use: TableProgram['use']): number {
  const index = at.integer(0, patterns.length - 1);
  if (patterns[index]?.use !== use) at.fail(`is ${index}, a pattern that is not for ${use}`);
  return index;
}

function checkRow(at: Checker, patterns: readonly UsedPattern[]): TableRow {
  const members = at.object(['action', 'rateLimit', 'strict', 'args', 'schemaHash']);
  return {
    action: members.action.choice(['allow', 'ask', 'block', 'deny']),
    rateLimit: members.rateLimit.nullable((limit) => {
      const { count, periodMs } = limit.object(['count', 'periodMs']);
      return { count: count.integer(0, MAX_INDEX), periodMs: periodMs.integer(1, MAX_INDEX) };
    }),
    strict: members.strict.flag(),
    args: members.args.list((item) => {
      const { name, pattern } = item.object(['name', 'pattern']);
      return { name: name.text(), pattern: checkPatternIndex(pattern, patterns, 'match') };
    }),
    schemaHash: members.schemaHash.nullable((hash) => hash.text()),
  };
}

function checkTool(at: Checker, rowCount: number): TableTool {
  const members = at.object(['name', 'display', 'row', 'rule', 'listed', 'denied']);
  const index = (item: Checker): number => item.integer(0, MAX_INDEX);
  const tool = {
    name: checkNormalized(members.name),
    display: members.display.text(),
    row: members.row.integer(0, rowCount - 1),
    rule: members.rule.nullable(index),
    listed: members.listed.nullable(index),
    denied: members.denied.nullable(index),
  };
  if (tool.rule === null && tool.listed === null && tool.denied === null)
    at.fail('comes from no entry of the policy');
  return tool;
}

function checkDlp(at: Checker, patterns: readonly UsedPattern[]): TableDlp {
  const members = at.object([
    'scanRequests',
    'scanResponses',
    'detectEncoding',
    'filterStderr',
    'maxScanSize',
    'onRequestMatch',
    'onRedactionFailure',
    'logOriginalOnFailure',
    'patterns',
  ]);
  return {
    scanRequests: members.scanRequests.flag(),
    scanResponses: members.scanResponses.flag(),
    detectEncoding: members.detectEncoding.flag(),
    filterStderr: members.filterStderr.flag(),
    maxScanSize: members.maxScanSize.nullable((size) => size.integer(0, Number.MAX_SAFE_INTEGER)),
    onRequestMatch: members.onRequestMatch.choice(['block', 'redact', 'warn']),
    onRedactionFailure: members.onRedactionFailure.choice(['block', 'allow_original', 'reject']),
    logOriginalOnFailure: members.logOriginalOnFailure.flag(),
    patterns: members.patterns.list((item): TableDlpPattern => {
      const { name, pattern, scope } = item.object(['name', 'pattern', 'scope']);
      return {
        name: name.text(),
        pattern: checkPatternIndex(pattern, patterns, 'spans'),
        scope: scope.choice(['all', 'request', 'response']),
      };
    }),
  };
}

function checkPlace(at: Checker): TablePlace {
  const { value } = at;
  if (!Array.isArray(value) || value.length !== 5) return at.fail('is not a pointer with four numbers');
  const [pointer, line, column, endLine, endColumn]: readonly unknown[] = value;
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

function checkHash(at: Checker): string {
  const hash = at.text();
  if (!isHash(hash)) at.fail('is not a SHA-256 in hexadecimal');
  return hash;
}

function checkPolicy(at: Checker): DecisionTable['policy'] {
  const members = at.object(['name', 'apiVersion', 'version', 'hash', 'mode']);
  return {
    name: members.name.text(),
    apiVersion: members.apiVersion.text(),
    version: members.version.nullable((version) => version.text()),
    hash: checkHash(members.hash),
    mode: members.mode.choice(['enforce', 'monitor']),
  };
}

function checkTable(data: unknown): DecisionTable {
  const members = new Checker(data).object([
    'digest',
    'kind',
    'format',
    'compiler',
    'unicode',
    'policy',
    'requires',
    'methods',
    'tools',
    'rows',
    'patterns',
    'programs',
    'protectedPaths',
    'dlp',
    'sourceMap',
  ]);
  const programs = members.programs.list(checkProgram);
  const patterns = members.patterns.list((pattern) => checkPattern(pattern, programs));
  const rows = members.rows.list((row) => checkRow(row, patterns));
  const tools = members.tools.list((tool) => checkTool(tool, rows.length));
  members.tools.sorted(tools.map((tool) => tool.name));
  const sourceMap = members.sourceMap.list(checkPlace);
  members.sourceMap.sorted(sourceMap.map(([pointer]) => pointer));
  checkDigest(data, checkHash(members.digest));
  return {
    kind: members.kind.choice([TABLE_KIND]),
    format: members.format.choice([TABLE_FORMAT]),
    compiler: members.compiler.text(),
    unicode: members.unicode.text(),
    policy: checkPolicy(members.policy),
    requires: members.requires.list((feature) => feature.choice(TABLE_FEATURES)),
    methods: checkMethods(members.methods),
    tools,
    rows,
    patterns: patterns.map(({ source, program }) => ({ source, program })),
    programs,
    protectedPaths: members.protectedPaths.list((path) => path.text()),
    dlp: members.dlp.nullable((dlp) => checkDlp(dlp, patterns)),
    sourceMap,
  };
}

function checkDigest(data: unknown, digest: string): void {
  const rest = Object.fromEntries(Object.entries(data ?? {}).filter(([key]) => key !== 'digest'));
  if (findDigest(rest) === digest) return;
  throw new CoreError(
    'bad-table',
    'the decision table is damaged: its digest does not match; compile the policy again',
  );
}

/** Undefined for what is nested too deeply to be written again: that is no table of the compiler's. */
function findDigest(table: object): string | undefined {
  try {
    return digestTable(table);
  } catch {
    return undefined;
  }
}

/**
 * A repeated key or a number out of range needs no reader of its own here: what is loaded is checked member by
 * member, and the digest is that of what was read.
 */
function parseTable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CoreError(
      'bad-table',
      'the decision table is damaged: it is not JSON; compile the policy again',
    );
  }
}

/**
 * Reads a decision table from its file's text and checks all of it: its kind and format, the digest, every
 * member, every index. What the patterns' programs hold is checked by the engine that loads them.
 * @throws CoreError `bad-table` where it is damaged, truncated, of another format, or not a table.
 */
export function loadTable(text: string): DecisionTable {
  const data = parseTable(text);
  checkKind(data);
  return checkTable(data);
}
