import { CoreError } from '../errors/core-error.ts';
import { Checker } from './check.ts';
import { digestTable, digestText } from './digest.ts';
import {
  type ProgramUse,
  readDlp,
  readHash,
  readMethods,
  readPattern,
  readPlace,
  readPolicy,
  readProgram,
  readRow,
  readTool,
} from './read-members.ts';
import { type DecisionTable, TABLE_FEATURES, TABLE_FORMAT, TABLE_KIND } from './types.ts';

const TABLE_KEYS = [
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
] as const;

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

/** Members that are lists come after what their indexes point into. */
function readTable(data: unknown, text: string): DecisionTable {
  const at = new Checker();
  const members = at.members(data, TABLE_KEYS);
  const programs = at.list('programs', members.programs, (item) => readProgram(at, item));
  const patterns = at.list('patterns', members.patterns, (item) => readPattern(at, item, programs));
  const uses: readonly ProgramUse[] = patterns.map(({ program }) => programs[program]?.use);
  const rows = at.list('rows', members.rows, (item) => readRow(at, item, uses));
  const tools = at.list('tools', members.tools, (item) => readTool(at, item, rows.length));
  at.sorted('tools', tools, ({ name }) => name);
  const sourceMap = at.list('sourceMap', members.sourceMap, (item) => readPlace(at, item));
  at.sorted('sourceMap', sourceMap, ([pointer]) => pointer);
  checkDigest(data, text, readHash(at, 'digest', members.digest));
  return {
    kind: at.choice('kind', members.kind, [TABLE_KIND]),
    format: at.choice('format', members.format, [TABLE_FORMAT]),
    compiler: at.text('compiler', members.compiler),
    unicode: at.text('unicode', members.unicode),
    policy: at.within('policy', () => readPolicy(at, members.policy)),
    requires: at.list('requires', members.requires, (item) => at.choice(undefined, item, TABLE_FEATURES)),
    methods: at.within('methods', () => readMethods(at, members.methods)),
    tools,
    rows,
    patterns,
    programs,
    protectedPaths: at.list('protectedPaths', members.protectedPaths, (item) => at.text(undefined, item)),
    dlp: members.dlp === null ? null : at.within('dlp', () => readDlp(at, members.dlp, uses)),
    sourceMap,
  };
}

/**
 * The text of a file is digested as it stands. One that was indented or whose members were reordered is digested by
 * its data: that is slower, and as sure.
 */
function checkDigest(data: unknown, text: string, digest: string): void {
  if (digestText(text) === digest) return;
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
 * member, and the digest is that of the text or of what was read from it.
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
  return readTable(data, text);
}
