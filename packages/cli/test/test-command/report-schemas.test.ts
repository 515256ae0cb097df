import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runConformanceCommand } from '../../src/commands/conformance.ts';
import { runTest } from '../../src/commands/test.ts';
import { runTraceStats } from '../../src/commands/trace-stats.ts';
import type { CommandContext } from '../../src/context.ts';
import type { ExitStatus } from '../../src/exit-status.ts';
import { captureContext, type Folder, makeFolder } from '../lint/lint-in-folder.ts';

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: schemas }
spec:
  allowed_tools: [list]
  allowed_methods: [tools/list, tools/call]
  protected_paths: [/etc]
  tool_rules:
    - { tool: read, allow_args: { path: '^/tmp/[a-z]+\\.txt$' } }
    - { tool: slow, rate_limit: 2/minute }
    - { tool: erase, action: block }
  dlp: { patterns: [{ name: Key, regex: 'key-[0-9]+' }] }
`;

const VECTORS = `name: some
conformance_level: basic
tests:
  - id: passes
    policy: |
${POLICY.replaceAll(/^/gm, '      ')}
    input: { method: tools/call, tool: list }
    expected: { decision: ALLOW }
  - id: fails
    policy: null
    input: { method: tools/call, tool: list }
    expected: { decision: ALLOW }
`;

const read = (name: string): object =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../schema', name), 'utf8'));
const ajv = new Ajv({ allowUnionTypes: true }).addSchema(
  read('test-report.schema.json'),
  'test-report.schema.json',
);

let folder: Folder;
beforeAll(() => {
  folder = makeFolder({
    'policy.yaml': POLICY,
    'trace.jsonl':
      '{"session_id":"s","ts":"2026-01-05T09:00:00.000Z","direction":"c2s","raw":{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list"}}}\ntorn{\n',
    'good.aip-test.yaml':
      'policy: policy.yaml\ncalls: [{ tool: list, expect: allow }, { tool: read, args: { path: /tmp/a.txt }, expect: allow }]\n',
    'bad/bad.aip-test.yaml':
      'policy: ../policy.yaml\ntraces: [../trace.jsonl]\nsnapshot: { "../trace.jsonl": ["1 list -> block"] }\ncalls: [{ tool: read, args: { path: /tmp/A }, expect: allow }]\n',
    'empty/.keep': '',
    'vectors.yaml': VECTORS,
    'broken.yaml': 'name: some\ntests: [{}]\n',
  });
});
afterAll(() => folder.remove());

type Command = (context: CommandContext) => Promise<ExitStatus>;
const at = (name: string): string => join(folder.path, name);

describe('every report for a program is as its published schema says', () => {
  it.each<[string, string, number, Command]>([
    [
      'test-report',
      'that fails',
      1,
      (context) => runTest(context, [at('bad')], { format: ['json'], coverage: [`text=${at('c.txt')}`] }),
    ],
    ['test-report', 'of nothing', 3, (context) => runTest(context, [at('empty')], { format: ['json'] })],
    [
      'mutation-report',
      'that is done',
      1,
      (context) => runTest(context, [at('good.aip-test.yaml')], { mutate: true, format: ['json'] }),
    ],
    [
      'mutation-report',
      'of suites that fail',
      1,
      (context) => runTest(context, [at('bad')], { mutate: true, format: ['json'] }),
    ],
    [
      'mutation-report',
      'of nothing',
      3,
      (context) => runTest(context, [at('empty')], { mutate: true, format: ['json'] }),
    ],
    [
      'coverage-report',
      'of a policy',
      0,
      (context) =>
        runTest(context, [at('good.aip-test.yaml')], { coverage: ['json'], format: [`tap=${at('r.tap')}`] }),
    ],
    [
      'coverage-report',
      'of nothing',
      3,
      (context) => runTest(context, [at('empty')], { coverage: ['json'], format: [`tap=${at('r.tap')}`] }),
    ],
    [
      'conformance-report',
      'with vectors that pass and fail',
      1,
      (context) => runConformanceCommand(context, [at('vectors.yaml')], { format: 'json' }),
    ],
    [
      'conformance-report',
      'of a file that can not be read',
      1,
      (context) => runConformanceCommand(context, [at('broken.yaml')], { format: 'json' }),
    ],
    [
      'trace-stats',
      'of a trace with a torn line',
      1,
      (context) => runTraceStats(context, [at('trace.jsonl')], { format: 'json' }),
    ],
  ])('%s: one %s', async (name, _, status, command) => {
    const captured = captureContext(folder.path);
    expect(await command(captured.context), captured.stderr()).toBe(status);
    const validate = ajv.compile(read(`${name}.schema.json`));
    const report: object = JSON.parse(captured.stdout());
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    // The schema knows all of it: what it does not know it refuses.
    expect(validate({ ...report, more: 1 })).toBe(false);
    expect(validate({ ...report, version: 2 })).toBe(false);
  });
});
