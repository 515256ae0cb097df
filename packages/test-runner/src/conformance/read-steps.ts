import type { JsonNode } from '@agentpolicy/core';
import { APPROVALS } from '../judge/simulate-approval.ts';
import type { Place, Problem } from '../problem.ts';
import { parseWait } from '../time/parse-wait.ts';
import { type Fields, formatAsJson, readAsJson, readFields } from '../yaml/fields.ts';
import type { YamlValue } from '../yaml/read-yaml.ts';
import {
  type RawExpectation,
  type RawStep,
  type RequestExpectation,
  SCAN_SOURCES,
  type ScanStep,
  VECTOR_DECISIONS,
  type VectorStep,
} from './vector.ts';

const INPUT_KEYS = [
  'method',
  'tool',
  'args',
  'params',
  'request_id',
  'notification',
  'context',
  'type',
  'content',
];
const CONTEXT_KEYS = ['previous_calls', 'window', 'user_response'];
const STEP_KEYS = ['action', 'wait', 'input', 'expected'];
const RAW_KEYS = ['wait', 'client', 'server', 'client_base64', 'server_base64', 'to_server', 'to_client'];
const REQUEST_EXPECTATION_KEYS = [
  'decision',
  'error_code',
  'error_message',
  'error_data',
  'violation',
  'response_format',
  'rule',
  'argument',
  'reason',
  'answer_lacks',
];
/** What a test can expect of its policy alone. */
const POLICY_EXPECTATION_KEYS = ['policy_error', 'policy_hash'];

const SCAN_EXPECTATION_KEYS = ['redacted', 'output', 'dlp_events'];

/** Reads what a test does: one `input`, a `sequence` of them, or `raw` lines. */
export function readSteps(test: Fields, problems: Problem[]): VectorStep[] {
  const steps: VectorStep[] = [];
  const expected = test.get('expected');
  const input = test.get('input');
  if (input !== undefined) {
    test.require('expected');
    const step = readInput(input, expected, 0, problems);
    if (step !== undefined) steps.push(step);
  } else if (expected !== undefined) {
    readFields(expected, POLICY_EXPECTATION_KEYS, problems, '`expected`');
  }
  for (const item of test.list('sequence') ?? []) {
    const step = readSequenceStep(item, problems);
    if (step !== undefined) steps.push(step);
  }
  for (const item of test.list('raw') ?? []) {
    const step = readRawStep(item, problems);
    if (step !== undefined) steps.push(step);
  }
  return steps;
}

function readSequenceStep(item: YamlValue, problems: Problem[]): VectorStep | undefined {
  const fields = readFields(item, STEP_KEYS, problems, 'a step');
  if (fields === undefined) return undefined;
  if (fields.has('action')) fields.choice('action', ['call']);
  fields.require('input');
  fields.require('expected');
  const input = fields.get('input');
  if (input === undefined) return undefined;
  return readInput(input, fields.get('expected'), readDuration(fields, 'wait'), problems);
}

function readDuration(fields: Fields, key: string): number {
  const text = fields.string(key);
  const length = text === undefined ? 0 : parseWait(text);
  if (length === undefined) fields.note(key, 'a length of time such as 30s');
  return length ?? 0;
}

function readInput(
  value: YamlValue,
  expected: YamlValue | undefined,
  waitMs: number,
  problems: Problem[],
): VectorStep | undefined {
  const fields = readFields(value, INPUT_KEYS, problems, '`input`');
  if (fields === undefined || expected === undefined) return undefined;
  if (fields.has('type')) return readScanStep(fields, expected, waitMs, problems);
  if (!fields.require('method')) return undefined;
  const situation = fields.fields('context', CONTEXT_KEYS);
  // The calls before are made all at once, so they lie inside whatever window the vector gives.
  if (situation !== undefined) readDuration(situation, 'window');
  const notification = fields.boolean('notification') ?? false;
  const id = fields.get('request_id');
  return {
    kind: 'request',
    place: value.place,
    waitMs,
    method: fields.string('method') ?? '',
    params: readParams(fields),
    id: notification ? null : id === undefined ? '1' : formatAsJson(id),
    previousCalls: situation?.count('previous_calls') ?? 0,
    userResponse: situation?.choice('user_response', APPROVALS) ?? null,
    expected: readRequestExpectation(expected, problems),
  };
}

/** The params of a tool call from `tool` and `args`, or whatever stands in `params`. */
function readParams(fields: Fields): string | null {
  const params = fields.get('params');
  if (params !== undefined) return formatAsJson(params);
  const tool = fields.get('tool');
  const args = fields.get('args');
  if (tool === undefined && args === undefined) return null;
  const members = [
    ...(tool === undefined ? [] : [`"name":${formatAsJson(tool)}`]),
    ...(args === undefined ? [] : [`"arguments":${formatAsJson(args)}`]),
  ];
  return `{${members.join(',')}}`;
}

function readRequestExpectation(value: YamlValue, problems: Problem[]): RequestExpectation {
  const fields = readFields(value, REQUEST_EXPECTATION_KEYS, problems, '`expected`');
  if (fields === undefined) return {};
  requireSome(fields);
  const decision = fields.choice('decision', VECTOR_DECISIONS);
  const errorCode = fields.isNull('error_code') ? null : fields.number('error_code');
  const errorMessage = fields.string('error_message');
  const violation = fields.boolean('violation');
  const errorData = readJsonField(fields, 'error_data');
  const responseFormat = readJsonField(fields, 'response_format');
  const rule = fields.isNull('rule') ? null : fields.string('rule');
  const argument = fields.string('argument');
  const reason = fields.string('reason');
  const answerLacks = fields.strings('answer_lacks');
  return {
    ...(decision === undefined ? {} : { decision }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(violation === undefined ? {} : { violation }),
    ...(errorData === undefined ? {} : { errorData }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    ...(rule === undefined ? {} : { rule }),
    ...(argument === undefined ? {} : { argument }),
    ...(reason === undefined ? {} : { reason }),
    ...(answerLacks === undefined ? {} : { answerLacks }),
  };
}

/** An expectation that expects nothing would always be met. */
function requireSome(expected: Fields): void {
  if (expected.map.entries.length === 0) expected.noteSelf('nothing-to-check', '`expected` expects nothing');
}

function readJsonField(fields: Fields, key: string): JsonNode | undefined {
  const value = fields.get(key);
  if (value === undefined) return undefined;
  const node = readAsJson(value);
  if (node === undefined) fields.note(key, 'a value that JSON can hold');
  return node;
}

function readScanStep(
  input: Fields,
  expected: YamlValue,
  waitMs: number,
  problems: Problem[],
): ScanStep | undefined {
  const source = input.choice('type', SCAN_SOURCES);
  input.require('content');
  const content = input.string('content');
  const fields = readFields(expected, SCAN_EXPECTATION_KEYS, problems, '`expected`');
  if (source === undefined || content === undefined || fields === undefined) return undefined;
  requireSome(fields);
  const redacted = fields.boolean('redacted');
  const output = fields.string('output');
  const events = fields.list('dlp_events')?.map((item) => {
    const event = readFields(item, ['rule', 'count'], problems, 'an event');
    return { rule: event?.string('rule') ?? '', count: event?.count('count') ?? 0 };
  });
  const compared = {
    ...(redacted === undefined ? {} : { redacted }),
    ...(output === undefined ? {} : { output }),
    ...(events === undefined ? {} : { events }),
  };
  return { kind: 'scan', place: input.map.place, waitMs, source, content, expected: compared };
}

function readRawStep(item: YamlValue, problems: Problem[]): RawStep | undefined {
  const fields = readFields(item, RAW_KEYS, problems, 'a raw step');
  if (fields === undefined) return undefined;
  const sources = ['client', 'server', 'client_base64', 'server_base64'].filter((key) => fields.has(key));
  const [source] = sources;
  const text = source === undefined ? undefined : fields.string(source);
  if (source === undefined || sources.length > 1 || text === undefined) {
    const message = 'a raw step has one of `client`, `server`, `client_base64` and `server_base64`';
    problems.push({ code: 'missing-key', message, place: item.place });
    return undefined;
  }
  return {
    kind: 'raw',
    place: item.place,
    waitMs: readDuration(fields, 'wait'),
    from: source.startsWith('client') ? 'client' : 'server',
    bytes: Buffer.from(text, source.endsWith('_base64') ? 'base64' : 'utf8'),
    toServer: readRawExpectation(fields, 'to_server', item.place, problems),
    toClient: readRawExpectation(fields, 'to_client', item.place, problems),
  };
}

/** `none` where it is left out; `same`; the exact text; or the members that the message must have. */
function readRawExpectation(fields: Fields, key: string, place: Place, problems: Problem[]): RawExpectation {
  const value = fields.get(key);
  if (value === undefined) return { kind: 'nothing' };
  if (value.kind === 'scalar' && typeof value.value === 'string') {
    if (value.value === 'none') return { kind: 'nothing' };
    return value.value === 'same' ? { kind: 'same' } : { kind: 'text', text: value.value };
  }
  const like = value.kind === 'map' ? readAsJson(value) : undefined;
  if (like !== undefined) return { kind: 'like', value: like };
  const message = `\`${key}\` must be none, same, a message's text, or the members that it must have`;
  problems.push({ code: 'wrong-type', message, place });
  return { kind: 'nothing' };
}
