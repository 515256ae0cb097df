import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSuite } from '../src/index.ts';

const schema: object = JSON.parse(
  readFileSync(join(import.meta.dirname, '../schema/aip-test.schema.json'), 'utf8'),
);
const validate = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema);

/** The schema and the reader understand a suite alike. */
function isGood(text: string): boolean {
  const read = readSuite(text, 's.aip-test.yaml').ok;
  expect(validate(parse(text)), `${text}\n${JSON.stringify(validate.errors)}`).toBe(read);
  return read;
}

const HEAD = 'policy: p.yaml\ntraces: [t.jsonl]\n';

describe('the JSON Schema of suites', () => {
  it.each([
    HEAD,
    `${HEAD}description: x\ndefault: allow\napprovals: deny\n`,
    `${HEAD}environment: {home: /h, cwd: /c, fold_case: true, own_files: [a], filter_tools: false}\n`,
    `${HEAD}cases: [{match: {tool: x, args: {a: 1, b: [1], c: {starts_with: x}, d: {matches: a}, e: {absent: true}}}, expect: ask, count: 0}]\n`,
    `${HEAD}cases: [{match: {id: 1}, expect: {decision: block, error_code: null, violation: true, rule: null, argument: a, reason: b, redacted: []}}]\n`,
    `${HEAD}snapshot: {t.jsonl: [a]}\n`,
    'policy: p\ncalls: [{tool: x, expect: allow}]\n',
    'policy: p\ncalls: [{tool: [x, y], args: {a: {each: [1]}}, expect: allow, table: [{args: {b: 1}}]}]\n',
    'policy: p\ncalls: [{table: [{tool: x, expect: allow}]}]\n',
  ])('takes %j', (text) => expect(isGood(text)).toBe(true));

  it.each([
    'traces: []\n',
    'policy: p\n',
    'policy: 1\ntraces: []\n',
    `${HEAD}case: []\n`,
    `${HEAD}description: 1\n`,
    `${HEAD}approvals: maybe\n`,
    `${HEAD}default: deny\n`,
    `${HEAD}default: {}\n`,
    `${HEAD}environment: {user: x}\n`,
    `${HEAD}cases: [{match: {}, expect: allow}]\n`,
    `${HEAD}cases: [{match: {tool: x}}]\n`,
    `${HEAD}cases: [{expect: allow}]\n`,
    `${HEAD}cases: [{match: {tool: x}, expect: {code: 1}}]\n`,
    `${HEAD}cases: [{match: {tool: x}, expect: allow, count: -1}]\n`,
    `${HEAD}cases: [{match: {args: {a: {starts_with: 1}}}, expect: allow}]\n`,
    `${HEAD}cases: [{match: {args: {a: {absent: false}}}, expect: allow}]\n`,
    `${HEAD}cases: [{match: {args: {a: {like: x}}}, expect: allow}]\n`,
    `${HEAD}snapshot: [a]\n`,
    `${HEAD}snapshot: {t: [1]}\n`,
    'policy: p\ncalls: [{expect: allow}]\n',
    'policy: p\ncalls: [{tool: x}]\n',
    'policy: p\ncalls: [{tool: [], expect: allow}]\n',
    'policy: p\ncalls: [{tool: x, expect: allow, table: []}]\n',
    'policy: p\ncalls: [{tool: x, expect: allow, args: {a: {each: 1}}}]\n',
  ])('refuses %j', (text) => expect(isGood(text)).toBe(false));

  it.each(['fixtures/traces', 'fixtures/shared-traces'])('takes the suites of %s', (folder) => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.aip-test.yaml'));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(isGood(readFileSync(join(folder, name), 'utf8'))).toBe(true);
  });
});
