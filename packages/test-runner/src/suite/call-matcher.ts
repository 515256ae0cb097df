import { canonicalizeJson, getMember, type JsonNode, normalizeName } from '@agentpolicy/core';
import { compilePattern } from '../policy/compile-pattern.ts';
import type { Problem } from '../problem.ts';
import type { ReplayedMessage } from '../replay/replay-trace.ts';
import { type Fields, readAsJson, readFields } from '../yaml/fields.ts';
import type { YamlValue } from '../yaml/read-yaml.ts';

/** Which messages of the client a case is about: all that have what it names. */
export interface CallMatcher {
  /** Normalized. */
  readonly tool: string | null;
  /** Normalized. */
  readonly method: string | null;
  readonly args: readonly { readonly name: string; readonly test: ArgumentTest }[];
  /** The id as JSON text. */
  readonly id: string | null;
  readonly line: number | null;
  readonly session: string | null;
  /** The end of the trace's path. */
  readonly trace: string | null;
}

export type ArgumentTest =
  | { readonly kind: 'equals'; readonly json: string }
  | { readonly kind: 'starts-with' | 'ends-with' | 'contains'; readonly text: string }
  | { readonly kind: 'matches'; readonly matches: (value: JsonNode) => boolean }
  | { readonly kind: 'absent' };

export const MATCH_KEYS = ['tool', 'method', 'args', 'id', 'line', 'session', 'trace'];
const OPERATORS = ['equals', 'starts_with', 'ends_with', 'contains', 'matches', 'absent'];

/** Reads `match` of a case. */
export function readMatcher(match: Fields | undefined, problems: Problem[]): CallMatcher | undefined {
  if (match === undefined) return undefined;
  if (match.map.entries.length === 0) match.noteSelf('nothing-to-check', '`match` names no calls');
  return readMatchFields(match, problems);
}

function readMatchFields(fields: Fields, problems: Problem[]): CallMatcher {
  const tool = fields.string('tool');
  const method = fields.string('method');
  const id = fields.get('id');
  const idNode = id === undefined ? undefined : readAsJson(id);
  if (id !== undefined && idNode?.kind !== 'string' && idNode?.kind !== 'number')
    fields.note('id', 'a string or a number');
  return {
    tool: tool === undefined ? null : normalizeName(tool),
    method: method === undefined ? null : normalizeName(method),
    args: readArguments(fields, problems),
    id: idNode === undefined ? null : canonicalizeJson(idNode),
    line: fields.count('line') ?? null,
    session: fields.string('session') ?? null,
    trace: fields.string('trace') ?? null,
  };
}

function readArguments(match: Fields, problems: Problem[]): CallMatcher['args'] {
  const value = match.get('args');
  if (value === undefined) return [];
  if (value.kind !== 'map') {
    match.note('args', 'a map from arguments to values');
    return [];
  }
  return value.entries.flatMap(({ key, value: wanted }) => {
    const test = readArgumentTest(wanted, problems);
    return test === undefined ? [] : [{ name: key, test }];
  });
}

/** A value that must be equal, or a map with one operator. */
function readArgumentTest(value: YamlValue, problems: Problem[]): ArgumentTest | undefined {
  if (value.kind !== 'map') return equalTo(value);
  const fields = readFields(value, OPERATORS, problems, 'an argument');
  const [entry] = value.entries;
  if (fields === undefined || entry === undefined || value.entries.length !== 1) {
    fields?.noteSelf('wrong-type', `an argument is a value, or a map with one of ${OPERATORS.join(', ')}`);
    return undefined;
  }
  switch (entry.key) {
    case 'equals':
      return equalTo(entry.value);
    case 'starts_with':
      return { kind: 'starts-with', text: fields.string('starts_with') ?? '' };
    case 'ends_with':
      return { kind: 'ends-with', text: fields.string('ends_with') ?? '' };
    case 'contains':
      return { kind: 'contains', text: fields.string('contains') ?? '' };
    case 'matches':
      return matching(fields);
    case 'absent':
      if (fields.boolean('absent') === true) return { kind: 'absent' };
      fields.note('absent', '`true`');
      return undefined;
    default:
      return undefined;
  }
}

function matching(fields: Fields): ArgumentTest | undefined {
  const source = fields.string('matches');
  if (source === undefined) return undefined;
  const pattern = compilePattern(source);
  if (pattern.ok) return { kind: 'matches', matches: pattern.matches };
  fields.note('matches', `a pattern of RE2: ${pattern.message}`);
  return undefined;
}

function equalTo(value: YamlValue): ArgumentTest | undefined {
  const node = readAsJson(value);
  return node === undefined ? undefined : { kind: 'equals', json: canonicalizeJson(node) };
}

/** True where the message is one that the matcher names. */
export function matchesCall(matcher: CallMatcher, message: ReplayedMessage, trace: string): boolean {
  const { judged } = message;
  if (matcher.line !== null && matcher.line !== message.line) return false;
  if (matcher.session !== null && matcher.session !== message.session) return false;
  if (matcher.trace !== null && !trace.endsWith(matcher.trace)) return false;
  if (matcher.tool !== null && (judged.tool === null || normalizeName(judged.tool) !== matcher.tool))
    return false;
  if (matcher.method !== null && (judged.method === null || normalizeName(judged.method) !== matcher.method))
    return false;
  if (matcher.id !== null && (judged.id === null || JSON.stringify(judged.id.value) !== matcher.id))
    return false;
  return matcher.args.every(({ name, test }) =>
    passesTest(test, judged.args === null ? undefined : getMember(judged.args, name)),
  );
}

function passesTest(test: ArgumentTest, value: JsonNode | undefined): boolean {
  if (test.kind === 'absent') return value === undefined;
  if (value === undefined) return false;
  if (test.kind === 'equals') return canonicalizeJson(value) === test.json;
  if (test.kind === 'matches') return test.matches(value);
  if (value.kind !== 'string') return false;
  switch (test.kind) {
    case 'starts-with':
      return value.value.startsWith(test.text);
    case 'ends-with':
      return value.value.endsWith(test.text);
    case 'contains':
      return value.value.includes(test.text);
  }
}
