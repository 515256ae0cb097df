import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { runCompile } from '../../src/commands/compile.ts';
import { runDiff } from '../../src/commands/diff.ts';
import { CliError } from '../../src/exit-status.ts';
import { captureContext } from '../lint/lint-in-folder.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const FOLDER = join(ROOT, '../shared/upstream/policies');

const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
const SCHEMA = join(ROOT, 'packages/cli/schema/diff-report.schema.json');
const isReport = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));

interface Report {
  readonly change: string;
  readonly policies: readonly {
    readonly differences: readonly { readonly kind: string; readonly certainty?: string }[];
  }[];
}

/** Some of them lack what the specification demands: they have no table. */
async function listCompiling(): Promise<readonly string[]> {
  if (!existsSync(FOLDER)) return [];
  const found: string[] = [];
  for (const name of readdirSync(FOLDER).sort()) {
    try {
      await runCompile(captureContext(FOLDER).context, name, {});
      found.push(name);
    } catch (failure) {
      if (!(failure instanceof CliError)) throw failure;
    }
  }
  return found;
}

const names = await listCompiling();
const pairs = names.flatMap((old) => names.map((next) => [old, next] as const));

describe.skipIf(!existsSync(FOLDER))('aip diff between public example policies', () => {
  it('has several that compile', () => {
    expect(names.length).toBeGreaterThan(4);
  });

  it.each(pairs)('%s → %s: every call is confirmed by both engines', async (old, next) => {
    const { context, stdout } = captureContext(FOLDER);
    const flags = { format: ['json'], failOn: 'any', acknowledged: false } as const;
    const status = await runDiff(context, [old, next], flags);
    const report: Report = JSON.parse(stdout());
    expect(isReport(report) ? [] : isReport.errors).toEqual([]);
    expect([status, report.change === 'unchanged']).toEqual([old === next ? 0 : 1, old === next]);
    const calls = report.policies.flatMap(({ differences }) =>
      differences.filter(({ kind }) => kind === 'calls'),
    );
    expect(calls.filter(({ certainty }) => certainty !== 'confirmed')).toEqual([]);
  });
});
