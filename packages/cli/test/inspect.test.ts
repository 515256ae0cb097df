import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aip, ROOT } from './aip.ts';

const folder = mkdtempSync(join(tmpdir(), 'aip-inspect-'));
const table = join(folder, 'agent.aip.json');

beforeAll(async () => {
  expect(await aip(['compile', 'fixtures/demo/agent.yaml', '-o', table])).toMatchObject({ status: 0 });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('aip inspect', () => {
  it('shows rows, programs and what was shared, from the table as from the policy', async () => {
    const [fromTable, fromPolicy] = await Promise.all([
      aip(['inspect', table]),
      aip(['inspect', 'fixtures/demo/agent.yaml']),
    ]);
    expect(fromTable.stdout).toBe(fromPolicy.stdout);
    expect(fromTable.stdout).toContain('rows  6 tools share 3 rows; every other tool is blocked');
    expect(fromTable.stdout).toMatch(/#\d+ {3} block {2}move_file/);
  });

  it('gives the same as JSON', async () => {
    const { stdout } = await aip(['inspect', table, '--format', 'json']);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ version: 1, savings: { tools: 6, rows: 3, patterns: 4, programs: 4 } });
    expect(found.bytes).toBe(readFileSync(table).length);
  });

  it('refuses a damaged table in one line', async () => {
    const damaged = join(folder, 'damaged.aip.json');
    writeFileSync(damaged, readFileSync(table, 'utf8').slice(0, -10));
    const run = await aip(['inspect', damaged]);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toContain('the decision table is damaged');
  });
});

describe('the schema of decision tables', () => {
  const schema: object = JSON.parse(
    readFileSync(join(ROOT, 'packages/core/schema/decision-table.schema.json'), 'utf8'),
  );
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

  it('accepts what the compiler writes', () => {
    validate(JSON.parse(readFileSync(table, 'utf8')));
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['an unknown member', { extra: 1 }],
    ['another format', { format: 2 }],
    ['a mode that is none', { policy: { name: 'p', apiVersion: 'a', version: null, hash: '', mode: 'off' } }],
  ])('refuses %s', (_name, change) => {
    expect(validate({ ...JSON.parse(readFileSync(table, 'utf8')), ...change })).toBe(false);
  });
});
