import { quoteJson } from '@agentpolicy/core';
import type { Place, Problem } from '../problem.ts';
import { type Fields, formatAsJson, readFields } from '../yaml/fields.ts';
import type { YamlMap, YamlValue } from '../yaml/read-yaml.ts';
import { type Expectation, readExpectation } from './expectation.ts';

/** Calls that stand in a suite: every tool with every combination of the arguments' values, in every row. */
export interface InlineCalls {
  readonly name: string;
  readonly place: Place;
  readonly calls: readonly InlineCall[];
}

export interface InlineCall {
  readonly place: Place;
  /** The JSON-RPC request. */
  readonly text: string;
  readonly expect: Expectation;
}

/** One entry of a suite may not make more calls than this. */
const MAX_CALLS = 10_000;

const KEYS = ['name', 'tool', 'args', 'expect', 'table'];
const ROW_KEYS = ['tool', 'args', 'expect'];

/** What a row says, or the entry where the row does not. */
interface Row {
  readonly place: Place;
  readonly tools: readonly string[];
  readonly args: ReadonlyMap<string, readonly string[]>;
  readonly expect: Expectation | undefined;
}

/** Reads an entry of `calls`. */
export function readInlineCalls(item: YamlValue, problems: Problem[]): InlineCalls | undefined {
  const fields = readFields(item, KEYS, problems, 'an entry of `calls`');
  if (fields === undefined) return undefined;
  const base = readRow(fields, undefined, problems);
  const table = fields.list('table');
  if (table !== undefined && table.length === 0) fields.note('table', 'a list with at least one row');
  const rows =
    table === undefined
      ? [base]
      : table.flatMap((row) => {
          const own = readFields(row, ROW_KEYS, problems, 'a row of `table`');
          return own === undefined ? [] : [readRow(own, base, problems)];
        });
  const calls = rows.flatMap((row) => expand(row, problems));
  const name = fields.string('name') ?? `calls on line ${item.place.line}`;
  return { name, place: item.place, calls };
}

function readRow(fields: Fields, base: Row | undefined, problems: Problem[]): Row {
  const tool = fields.get('tool');
  const expect = fields.get('expect');
  return {
    place: fields.map.place,
    tools: tool === undefined ? (base?.tools ?? []) : readTools(tool, fields),
    args: new Map([...(base?.args ?? []), ...readArgs(fields)]),
    expect: expect === undefined ? base?.expect : readExpectation(expect, problems),
  };
}

function readTools(tool: YamlValue, fields: Fields): readonly string[] {
  const items = tool.kind === 'list' ? tool.items : [tool];
  const names = items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : [],
  );
  if (names.length !== items.length || names.length === 0) fields.note('tool', 'a name, or a list of names');
  return names;
}

/** Each argument's values as JSON: one, or those of `{ each: [...] }`. */
function readArgs(fields: Fields): readonly (readonly [string, readonly string[]])[] {
  const args = fields.get('args');
  if (args === undefined) return [];
  if (args.kind !== 'map') {
    fields.note('args', 'a map from arguments to values');
    return [];
  }
  return args.entries.map(({ key, value }) => {
    const each = value.kind === 'map' ? findEach(value) : undefined;
    if (each === undefined) return [key, [formatAsJson(value)]] as const;
    if (each.kind !== 'list' || each.items.length === 0)
      fields.note('args', `a map in which \`each\` of \`${key}\` is a list of values`);
    return [key, each.kind === 'list' ? each.items.map(formatAsJson) : []] as const;
  });
}

function findEach({ entries }: YamlMap): YamlValue | undefined {
  const [only] = entries;
  return entries.length === 1 && only?.key === 'each' ? only.value : undefined;
}

function expand({ place, tools, args, expect }: Row, problems: Problem[]): InlineCall[] {
  if (tools.length === 0 || expect === undefined) {
    const missing = tools.length === 0 ? 'tool' : 'expect';
    const message = `a call needs \`${missing}\`, its own or its entry's`;
    problems.push({ code: 'missing-key', message, place });
    return [];
  }
  if (expect.redacted !== undefined) {
    const message = '`redacted` is about an answer, which a call in a suite has none of';
    problems.push({ code: 'wrong-place', message, place });
    return [];
  }
  const total = [...args.values()].reduce((product, values) => product * values.length, tools.length);
  if (total > MAX_CALLS) {
    const message = `the entry makes ${total} calls, more than ${MAX_CALLS}`;
    problems.push({ code: 'too-large', message, place });
    return [];
  }
  return tools.flatMap((tool) =>
    combine([...args]).map((combination): InlineCall => {
      const members = combination.map(([name, json]) => `${quoteJson(name)}:${json}`).join(',');
      const params = `{"name":${quoteJson(tool)},"arguments":{${members}}}`;
      return { place, expect, text: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}` };
    }),
  );
}

/** Every choice of one value for each argument, the last argument changing fastest. */
function combine(
  args: readonly (readonly [string, readonly string[]])[],
): readonly (readonly (readonly [string, string])[])[] {
  return args.reduce<readonly (readonly (readonly [string, string])[])[]>(
    (found, [name, values]) =>
      found.flatMap((start) => values.map((value) => [...start, [name, value] as const])),
    [[]],
  );
}
