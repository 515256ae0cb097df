import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSuite } from './read-suite.ts';
import { replaceSnapshot } from './replace-snapshot.ts';
import { SnapshotRun } from './snapshot.ts';

const HEAD = 'policy: p.yaml # the policy\ntraces:\n  - t.jsonl\n';
const DEFAULT = 'default: allow\n';

/** The decisions that a suite's snapshot holds. */
function readBack(text: string): ReadonlyMap<string, readonly string[]> {
  const reading = readSuite(text, 's.aip-test.yaml');
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.suite.snapshot?.traces ?? new Map();
}

describe('replaceSnapshot', () => {
  it.each([
    ['at the end', `${HEAD}${DEFAULT}\nsnapshot:\n  t.jsonl:\n    - "1 a -> allow"\n`],
    ['in the middle', `${HEAD}\nsnapshot:\n  t.jsonl:\n    - "1 a -> allow"\n${DEFAULT}`],
    ['in one line', `${HEAD}snapshot: { t.jsonl: ["1 a -> allow"] }\n${DEFAULT}`],
    ['that is empty', `${HEAD}snapshot:\n${DEFAULT}`],
    ['that is not there', `${HEAD}${DEFAULT}`],
  ])('replaces a snapshot %s, and nothing else', (_, text) => {
    const replaced = replaceSnapshot(text, 'snapshot:\n  "t.jsonl":\n    - "2 b -> block"\n');
    expect(readBack(replaced)).toEqual(new Map([['t.jsonl', ['2 b -> block']]]));
    expect(replaced.slice(0, replaced.indexOf('snapshot:')).trimEnd().replace(/\n+/g, '\n')).toBe(
      `${HEAD}${DEFAULT}`.trimEnd(),
    );
  });

  it('writes traces of any name so that they are read back, and the same when written again', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 5 }), (names) => {
        const run = new SnapshotRun();
        for (const name of names) run.start(name);
        const once = replaceSnapshot(`${HEAD}${DEFAULT}`, run.write());
        expect([...readBack(once).keys()]).toEqual(names);
        expect(replaceSnapshot(once, run.write())).toBe(once);
      }),
    );
  });
});
