import { basename, dirname } from 'node:path';
import type { Place, Problem } from '../problem.ts';
import { Fields, readFields } from '../yaml/fields.ts';
import { readYaml, type YamlValue } from '../yaml/read-yaml.ts';
import { readSteps } from './read-steps.ts';
import {
  CONFORMANCE_LEVELS,
  type ConformanceLevel,
  DEFAULT_ENVIRONMENT,
  type PolicyErrorExpectation,
  type Vector,
  type VectorEnvironment,
  type VectorReading,
} from './vector.ts';

const FILE_KEYS = [
  'name',
  'description',
  'spec_version',
  'api_version',
  'conformance_level',
  'policies',
  'environment',
  'tests',
];

/** Levels whose vectors need parts that the toolkit does not have: they are counted, and never run. */
const UNSUPPORTED_LEVELS: Partial<Record<ConformanceLevel, string>> = {
  identity: 'identity tokens are not implemented',
  server: 'the validation server is not implemented',
};

const TEST_KEYS = [
  'id',
  'description',
  'note',
  'policy',
  'use_policy',
  'environment',
  'input',
  'expected',
  'sequence',
  'raw',
];

const ENVIRONMENT_KEYS = ['home', 'cwd', 'fold_case', 'own_files', 'max_line_bytes', 'max_depth'];

/** Reads a file of test vectors in the public suite's format, with this project's extension of it. */
export function readVectors(text: string, file: string): VectorReading {
  const yaml = readYaml(text, file);
  if (!yaml.ok) return yaml;
  const problems: Problem[] = [];
  const fields = readFields(yaml.value, FILE_KEYS, problems, 'a file of test vectors');
  if (fields === undefined) return { ok: false, problems };
  const level = readLevel(fields, file, problems);
  const context: FileContext = {
    problems,
    policies: readPolicies(fields, problems),
    environment: readEnvironment(fields, DEFAULT_ENVIRONMENT),
  };
  const ids = new Map<string, Place>();
  const vectors: Vector[] = [];
  fields.require('tests');
  for (const item of fields.list('tests') ?? []) {
    const unsupported = level === undefined ? undefined : UNSUPPORTED_LEVELS[level];
    const vector =
      unsupported === undefined ? readVector(item, context) : readUnsupported(item, unsupported, problems);
    if (vector === undefined) continue;
    const twin = ids.get(vector.id);
    if (twin !== undefined) {
      const message = `the id \`${vector.id}\` is used twice; first on line ${twin.line}`;
      problems.push({ code: 'duplicate-id', message, place: vector.place });
    }
    ids.set(vector.id, vector.place);
    vectors.push(vector);
  }
  if (problems.length > 0 || level === undefined) return { ok: false, problems };
  return { ok: true, file: { file, level, name: fields.string('name') ?? basename(file), vectors } };
}

interface FileContext {
  readonly problems: Problem[];
  readonly policies: ReadonlyMap<string, string>;
  readonly environment: VectorEnvironment;
}

function readLevel(fields: Fields, file: string, problems: Problem[]): ConformanceLevel | undefined {
  if (fields.has('conformance_level')) return fields.choice('conformance_level', CONFORMANCE_LEVELS);
  const folder = basename(dirname(file));
  const level = CONFORMANCE_LEVELS.find((each) => each === folder);
  if (level === undefined) {
    problems.push({
      code: 'no-level',
      message: 'the file does not say which conformance level it belongs to',
      place: fields.map.place,
      help: `add \`conformance_level\`, or move it to a folder called ${CONFORMANCE_LEVELS.join(', ')}`,
    });
  }
  return level;
}

function readPolicies(fields: Fields, problems: Problem[]): ReadonlyMap<string, string> {
  const policies = new Map<string, string>();
  const value = fields.get('policies');
  if (value === undefined) return policies;
  if (value.kind !== 'map') {
    fields.note('policies', 'a map from names to policies');
    return policies;
  }
  const named = new Fields(
    value,
    value.entries.map((entry) => entry.key),
    problems,
  );
  for (const { key } of value.entries) policies.set(key, named.string(key) ?? '');
  return policies;
}

function readEnvironment(parent: Fields, base: VectorEnvironment): VectorEnvironment {
  const fields = parent.fields('environment', ENVIRONMENT_KEYS);
  if (fields === undefined) return base;
  return {
    home: fields.string('home') ?? base.home,
    cwd: fields.string('cwd') ?? base.cwd,
    foldCase: fields.boolean('fold_case') ?? base.foldCase,
    ownFiles: fields.strings('own_files') ?? base.ownFiles,
    maxLineBytes: fields.count('max_line_bytes') ?? base.maxLineBytes,
    maxDepth: fields.count('max_depth') ?? base.maxDepth,
  };
}

function readVector(item: YamlValue, context: FileContext): Vector | undefined {
  const { problems } = context;
  const fields = readFields(item, TEST_KEYS, problems, 'a test');
  if (fields === undefined || !fields.require('id')) return undefined;
  const steps = readSteps(fields, problems);
  const policyError = readPolicyError(fields);
  const policyHash = readPolicyHash(fields);
  if (steps.length === 0 && policyError === null && policyHash === null && problems.length === 0) {
    const message = 'the test has nothing to check';
    const help = 'give it `input` with `expected`, `sequence`, `raw`, or `expected.policy_error`';
    problems.push({ code: 'nothing-to-check', message, place: item.place, help });
  }
  return {
    id: fields.string('id') ?? '',
    description: fields.string('description') ?? '',
    place: item.place,
    policy: readPolicy(fields, context),
    environment: readEnvironment(fields, context.environment),
    policyError,
    policyHash,
    steps,
    unsupported: null,
  };
}

/** A vector of a level that is not implemented: only its name is read. */
function readUnsupported(item: YamlValue, reason: string, problems: Problem[]): Vector | undefined {
  const id = item.kind === 'map' ? item.entries.find((entry) => entry.key === 'id')?.value : undefined;
  if (id?.kind !== 'scalar' || typeof id.value !== 'string') {
    problems.push({ code: 'missing-key', message: '`id` is missing', place: item.place });
    return undefined;
  }
  return {
    id: id.value,
    description: '',
    place: item.place,
    policy: null,
    environment: DEFAULT_ENVIRONMENT,
    policyError: null,
    policyHash: null,
    steps: [],
    unsupported: reason,
  };
}

function readPolicy(fields: Fields, context: FileContext): string | null {
  const { problems, policies } = context;
  const name = fields.string('use_policy');
  if (name !== undefined) {
    const found = policies.get(name);
    if (found !== undefined && !fields.has('policy')) return found;
    const message = fields.has('policy')
      ? 'a test has either `policy` or `use_policy`'
      : `\`policies\` has no entry \`${name}\``;
    problems.push({ code: 'unknown-policy', message, place: fields.map.place });
    return null;
  }
  const value = fields.get('policy');
  if (value?.kind === 'scalar' && value.value === null) return null;
  if (!fields.require('policy')) return null;
  return fields.string('policy') ?? null;
}

function readPolicyHash(test: Fields): string | null {
  const expected = test.get('expected');
  const entry =
    expected?.kind === 'map' ? expected.entries.find((each) => each.key === 'policy_hash') : undefined;
  if (entry === undefined) return null;
  if (entry.value.kind === 'scalar' && typeof entry.value.value === 'string') return entry.value.value;
  test.note('expected', 'a map whose `policy_hash` is a string');
  return null;
}

function readPolicyError(test: Fields): PolicyErrorExpectation | null {
  const expected = test.get('expected');
  if (expected?.kind !== 'map') return null;
  const entry = expected.entries.find((each) => each.key === 'policy_error');
  if (entry === undefined) return null;
  if (entry.value.kind === 'scalar' && typeof entry.value.value === 'string')
    return { code: entry.value.value, line: null, column: null };
  if (entry.value.kind !== 'map') {
    test.note('expected', 'a map whose `policy_error` is a code, or a map of `code`, `line` and `column`');
    return null;
  }
  const fields = test
    .fields('expected', ['policy_error'])
    ?.fields('policy_error', ['code', 'line', 'column']);
  fields?.require('code');
  return {
    code: fields?.string('code') ?? '',
    line: fields?.count('line') ?? null,
    column: fields?.count('column') ?? null,
  };
}
