import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { areEqual, type CallsDifference, diffTables, mirrorChange } from '../src/index.ts';
import { compileText, confirmWith } from './tables.ts';

const UPSTREAM = fileURLToPath(new URL('../../../../shared/upstream/policies', import.meta.url));

/** Examples that don't mean what RE2 can say, or lack what the specification demands, have no table. */
function loadExamples() {
  return readdirSync(UPSTREAM).flatMap((file) => {
    try {
      return [{ file, table: compileText(readFileSync(`${UPSTREAM}/${file}`, 'utf8')) }];
    } catch {
      return [];
    }
  });
}

describe.skipIf(!existsSync(UPSTREAM))('public example policies', () => {
  const examples = existsSync(UPSTREAM) ? loadExamples() : [];
  const pairs = examples.flatMap((old) => examples.map((next) => ({ old, next })));

  it('are several', () => {
    expect(examples.length).toBeGreaterThan(4);
  });

  it.each(pairs)('$old.file and $next.file', ({ old, next }) => {
    const diff = diffTables(old.table, next.table, { confirm: confirmWith(old.table, next.table) });
    const calls = diff.differences.filter((one): one is CallsDifference => one.kind === 'calls');
    expect(calls.filter(({ certainty }) => certainty !== 'confirmed')).toEqual([]);
    expect(areEqual(old.table, next.table).answer).toBe(old.file === next.file ? 'yes' : 'no');
    const back = diffTables(next.table, old.table);
    expect(back.tools.map(({ change }) => change)).toEqual(
      diff.tools.map(({ change }) => mirrorChange(change)),
    );
  });
});
