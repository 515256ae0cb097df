import { dirname, isAbsolute, join, relative } from 'node:path';
import { APPROVALS, type Approvals } from '../judge/simulate-approval.ts';
import type { Place, Problem } from '../problem.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import { readYaml, type YamlValue } from '../yaml/read-yaml.ts';
import { type CallMatcher, MATCH_KEYS, readMatcher } from './call-matcher.ts';
import { type Expectation, readExpectation } from './expectation.ts';
import { type InlineCalls, readInlineCalls } from './inline-calls.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

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
  /** Calls that stand in the suite itself. */
  readonly calls: readonly InlineCalls[];
  /** What `--update` wrote; null where nothing was written yet. */
  readonly snapshot: Snapshot | null;
}

export interface SuiteEnvironment {
  readonly home: string;
  readonly cwd: string;
  readonly foldCase: boolean;
  readonly ownFiles: readonly string[];
  /** Tools that can't be called are taken out of the server's lists, as the proxy does it unless it is told otherwise. */
  readonly filterTools: boolean;
}

/** The same on every machine, so that a suite gives the same result everywhere. */
export const DEFAULT_SUITE_ENVIRONMENT: SuiteEnvironment = {
  home: '/home/user',
  cwd: '/home/user/project',
  foldCase: false,
  ownFiles: [],
  filterTools: true,
};

export interface SuiteCase {
  readonly name: string;
  readonly place: Place;
  readonly match: CallMatcher;
  readonly expect: Expectation;
  /** How many calls must match; null: at least one. */
  readonly count: number | null;
}

export type SuiteReading =
  | { readonly ok: true; readonly suite: Suite }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const SUITE_KEYS = [
  'description',
  'policy',
  'traces',
  'environment',
  'approvals',
  'default',
  'cases',
  'calls',
  'snapshot',
];
const ENVIRONMENT_KEYS = ['home', 'cwd', 'fold_case', 'own_files', 'filter_tools'];
const CASE_KEYS = ['name', 'match', 'expect', 'count'];

/** Reads a suite (`*.aip-test.yaml`); the package's README describes its fields. */
export function readSuite(text: string, file: string): SuiteReading {
  const yaml = readYaml(text, file);
  if (!yaml.ok) return yaml;
  const problems: Problem[] = [];
  const fields = readFields(yaml.value, SUITE_KEYS, problems, 'a suite');
  if (fields === undefined) return { ok: false, problems };
  fields.require('policy');
  fields.string('description');
  const fallback = fields.get('default');
  const suite: Suite = {
    file,
    policy: { path: fields.string('policy') ?? '', place: fields.placeOf('policy') },
    traces: readTraces(fields, problems),
    environment: readEnvironment(fields),
    approvals: fields.choice('approvals', APPROVALS) ?? null,
    fallback: fallback === undefined ? null : readFallback(fallback, problems),
    cases: (fields.list('cases') ?? []).flatMap((item) => readCase(item, problems) ?? []),
    calls: (fields.list('calls') ?? []).flatMap((item) => readInlineCalls(item, problems) ?? []),
    snapshot: readSnapshot(fields, problems),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, suite };
}

/** A path of the suite, as the file system finds it from where the suite was found. */
export function resolvePath(suite: Suite, path: string): string {
  return isAbsolute(path) ? path : join(dirname(suite.file), path);
}

/** A path relative to the suite's folder, with slashes, the same on every machine. */
export function relativeTo(suite: Suite, path: string): string {
  return relative(dirname(suite.file), path).replaceAll('\\', '/');
}

function readTraces(fields: Fields, problems: Problem[]): Suite['traces'] {
  // A suite whose calls stand in it needs no recording.
  if (!fields.has('calls') && !fields.has('traces')) {
    const message = 'a suite needs `traces`, or `calls` of its own';
    problems.push({ code: 'missing-key', message, place: fields.map.place });
  }
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
    filterTools: fields?.boolean('filter_tools') ?? base.filterTools,
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
  const match = readMatcher(fields.fields('match', MATCH_KEYS), problems);
  const expected = fields.get('expect');
  const expect = expected === undefined ? undefined : readExpectation(expected, problems);
  if (match === undefined || expect === undefined) return undefined;
  return {
    name: fields.string('name') ?? `case on line ${item.place.line}`,
    place: item.place,
    match,
    expect,
    count: fields.count('count') ?? null,
  };
}
