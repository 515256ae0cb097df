import { dirname, isAbsolute, join } from 'node:path';
import { canonicalizeJson, getMember, type JsonNode, normalizeName } from '@agentpolicy/core';
import { APPROVALS, type Approvals } from '../judge/simulate-approval.ts';
import type { Place, Problem } from '../problem.ts';
import type { ReplayedMessage } from '../replay/replay-trace.ts';
import { type Fields, readAsJson, readFields } from '../yaml/fields.ts';
import { readYaml, type YamlValue } from '../yaml/read-yaml.ts';
import { type Expectation, readExpectation } from './expectation.ts';

/** What a suite file says. Paths are as written, relative to the suite's folder. */
export interface Suite {
  readonly file: string;
  readonly policy: { readonly path: string; readonly place: Place };
  readonly traces: readonly { readonly path: string; readonly place: Place }[];
  readonly environment: SuiteEnvironment;
  /** What a person answers who is asked to approve; null: nobody is asked, the decision is `ask`. */
  readonly approvals: Approvals | null;
  /** Holds for every tool call, and for every message that breaks the protocol, that no case matches. */
  readonly fallback: { readonly expect: Expectation; readonly place: Place } | null;
  readonly cases: readonly SuiteCase[];
}

export interface SuiteEnvironment {
  readonly home: string;
  readonly cwd: string;
  readonly foldCase: boolean;
  readonly ownFiles: readonly string[];
}

/** The same on every machine, so that a suite gives the same result everywhere. */
export const DEFAULT_SUITE_ENVIRONMENT: SuiteEnvironment = {
  home: '/home/user',
  cwd: '/home/user/project',
  foldCase: false,
  ownFiles: [],
};

export interface SuiteCase {
  readonly name: string;
  readonly place: Place;
  readonly match: CallMatcher;
  readonly expect: Expectation;
  /** How many calls must match; null: at least one. */
  readonly count: number | null;
}

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
  | { readonly kind: 'absent' };

export type SuiteReading =
  | { readonly ok: true; readonly suite: Suite }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const SUITE_KEYS = ['policy', 'traces', 'environment', 'approvals', 'default', 'cases', 'description'];
const ENVIRONMENT_KEYS = ['home', 'cwd', 'fold_case', 'own_files'];
const CASE_KEYS = ['name', 'match', 'expect', 'count'];
const MATCH_KEYS = ['tool', 'method', 'args', 'id', 'line', 'session', 'trace'];
const OPERATORS = ['equals', 'starts_with', 'ends_with', 'contains', 'absent'];

/** Reads a suite (`*.aip-test.yaml`); the package's README describes its fields. */
export function readSuite(text: string, file: string): SuiteReading {
  const yaml = readYaml(text, file);
  if (!yaml.ok) return yaml;
  const problems: Problem[] = [];
  const fields = readFields(yaml.value, SUITE_KEYS, problems, 'a suite');
  if (fields === undefined) return { ok: false, problems };
  fields.require('policy');
  const fallback = fields.get('default');
  const suite: Suite = {
    file,
    policy: { path: fields.string('policy') ?? '', place: fields.placeOf('policy') },
    traces: readTraces(fields),
    environment: readEnvironment(fields),
    approvals: fields.choice('approvals', APPROVALS) ?? null,
    fallback: fallback === undefined ? null : readFallback(fallback, problems),
    cases: (fields.list('cases') ?? []).flatMap((item) => readCase(item, problems) ?? []),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, suite };
}

/** A path of the suite, as the file system finds it from where the suite was found. */
export function resolvePath(suite: Suite, path: string): string {
  return isAbsolute(path) ? path : join(dirname(suite.file), path);
}

function readTraces(fields: Fields): Suite['traces'] {
  fields.require('traces');
  fields.strings('traces');
  return (fields.list('traces') ?? []).flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' ? [{ path: item.value, place: item.place }] : [],
  );
}

function readEnvironment(suite: Fields): SuiteEnvironment {
  const fields = suite.fields('environment', ENVIRONMENT_KEYS);
  const base = DEFAULT_SUITE_ENVIRONMENT;
  return {
    home: fields?.string('home') ?? base.home,
    cwd: fields?.string('cwd') ?? base.cwd,
    foldCase: fields?.boolean('fold_case') ?? base.foldCase,
    ownFiles: fields?.strings('own_files') ?? base.ownFiles,
  };
}

function readFallback(value: YamlValue, problems: Problem[]): Suite['fallback'] {
  const expect = readExpectation(value, problems);
  return expect === undefined ? null : { expect, place: value.place };
}

function readCase(item: YamlValue, problems: Problem[]): SuiteCase | undefined {
  const fields = readFields(item, CASE_KEYS, problems, 'a case');
  if (fields === undefined) return undefined;
  fields.require('match');
  fields.require('expect');
  const match = fields.fields('match', MATCH_KEYS);
  const expected = fields.get('expect');
  const expect = expected === undefined ? undefined : readExpectation(expected, problems);
  if (match === undefined || expect === undefined) return undefined;
  if (match.map.entries.length === 0) match.noteSelf('nothing-to-check', '`match` names no calls');
  return {
    name: fields.string('name') ?? `case on line ${item.place.line}`,
    place: item.place,
    match: readMatcher(match, problems),
    expect,
    count: fields.count('count') ?? null,
  };
}

function readMatcher(fields: Fields, problems: Problem[]): CallMatcher {
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
    case 'absent':
      if (fields.boolean('absent') === true) return { kind: 'absent' };
      fields.note('absent', '`true`');
      return undefined;
    default:
      return undefined;
  }
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
