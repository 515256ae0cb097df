import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PlanChange, WatchPlan } from '../../src/test-watch/watch-plan.ts';

const SUITE = 'policy: ../policies/one.yaml\ntraces: [t.jsonl]\ndefault: allow\n';

let folder: string;
let watch: WatchPlan;
let changes: PlanChange[];
let troubles: (string | null)[];
let told: () => void;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'aip-watch-')));
  for (const name of ['policies', 'tests', 'other']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'policies/one.yaml'), 'one');
  writeFileSync(join(folder, 'policies/two.yaml'), 'two');
  writeFileSync(join(folder, 'tests/t.jsonl'), '');
  writeFileSync(join(folder, 'tests/a.aip-test.yaml'), SUITE);
  writeFileSync(join(folder, 'tests/b.aip-test.yaml'), SUITE.replace('one', 'two'));
  changes = [];
  troubles = [];
  told = () => undefined;
  watch = new WatchPlan({
    paths: [join(folder, 'tests')],
    policy: undefined,
    clock: () => performance.now(),
    onChange: (change) => {
      changes.push(change);
      told();
    },
    onTrouble: (trouble) => {
      troubles.push(trouble);
      told();
    },
  });
});
afterEach(() => {
  watch.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);

/** Does something, and gives what the watch says of it: the names of all suites, and of those that are touched. */
async function after(act: () => void): Promise<readonly [string, string]> {
  const heard = new Promise<void>((resolve) => {
    told = resolve;
  });
  act();
  await heard;
  const { files, changed } = changes.at(-1) ?? { files: [], changed: [] };
  return [brief(files), brief(changed)];
}

function brief(files: readonly string[]): string {
  return files.map((file) => file.slice(at('tests/').length).replace('.aip-test.yaml', '')).join(' ');
}

describe('what a save touches', () => {
  it.each<[string, () => void, readonly [string, string]]>([
    ['a policy', () => writeFileSync(at('policies/one.yaml'), 'more'), ['a b', 'a']],
    ['a suite', () => writeFileSync(at('tests/b.aip-test.yaml'), SUITE), ['a b', 'b']],
    ['a trace of both', () => writeFileSync(at('tests/t.jsonl'), 'x'), ['a b', 'a b']],
    [
      'a policy that another file takes the place of, as editors do',
      () => {
        writeFileSync(at('policies/one.yaml~'), 'more');
        renameSync(at('policies/one.yaml~'), at('policies/one.yaml'));
      },
      ['a b', 'a'],
    ],
    [
      'a policy that is taken away and written again',
      () => {
        unlinkSync(at('policies/two.yaml'));
        writeFileSync(at('policies/two.yaml'), 'more');
      },
      ['a b', 'b'],
    ],
    ['a policy that is gone', () => unlinkSync(at('policies/two.yaml')), ['a b', 'b']],
    ['a suite that is gone', () => unlinkSync(at('tests/a.aip-test.yaml')), ['b', '']],
    ['a new suite', () => writeFileSync(at('tests/c.aip-test.yaml'), SUITE), ['a b c', 'c']],
    [
      'a new suite in a new folder',
      () => {
        mkdirSync(at('tests/new'));
        writeFileSync(at('tests/new/c.aip-test.yaml'), SUITE.replace('../', '../../'));
      },
      ['a b new/c', 'new/c'],
    ],
  ])('%s', async (_, act, expected) => {
    expect(await after(act)).toEqual(expected);
  });

  it('a suite that now reads another policy follows that one', async () => {
    expect(
      await after(() => writeFileSync(at('tests/a.aip-test.yaml'), SUITE.replace('one', 'two'))),
    ).toEqual(['a b', 'a']);
    expect(await after(() => writeFileSync(at('policies/two.yaml'), 'more'))).toEqual(['a b', 'a b']);
  });

  it('what stands behind a link, in a folder where nothing is searched', async () => {
    writeFileSync(at('other/real.yaml'), 'real');
    await after(() => {
      rmSync(at('policies/one.yaml'));
      symlinkSync(at('other/real.yaml'), at('policies/one.yaml'));
    });
    // A link is followed from the next plan on.
    await after(() => writeFileSync(at('tests/a.aip-test.yaml'), `${SUITE}# \n`));
    expect(await after(() => writeFileSync(at('other/real.yaml'), 'more'))).toEqual(['a b', 'a']);
  });

  it('several saves at once are one change', async () => {
    await after(() => {
      writeFileSync(at('policies/one.yaml'), 'x');
      writeFileSync(at('policies/two.yaml'), 'y');
    });
    expect(changes.map(({ changed }) => brief(changed))).toEqual(['a b']);
  });

  it('nothing where something else is written', async () => {
    writeFileSync(at('tests/notes.txt'), 'x');
    writeFileSync(at('policies/three.yaml'), 'x');
    expect(await after(() => writeFileSync(at('policies/one.yaml'), 'more'))).toEqual(['a b', 'a']);
    expect(changes).toHaveLength(1);
  });

  it('nothing that is written into suites during a pause, but all else', async () => {
    watch.pause();
    writeFileSync(at('tests/a.aip-test.yaml'), `${SUITE}# \n`);
    writeFileSync(at('policies/two.yaml'), 'more');
    // Longer than any change is waited for.
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(changes).toEqual([]);
    expect(await after(() => watch.resume())).toEqual(['a b', 'b']);
    expect(await after(() => writeFileSync(at('policies/one.yaml'), 'more'))).toEqual(['a b', 'a']);
  });

  it('finds what the system does not tell', async () => {
    watch.close();
    watch = new WatchPlan({
      paths: [at('tests')],
      policy: undefined,
      clock: () => performance.now(),
      onChange: (change) => {
        changes.push(change);
        told();
      },
      onTrouble: () => undefined,
      watch: () => {
        throw new Error('too many folders are watched');
      },
      lookInterval: 10,
    });
    expect(await after(() => writeFileSync(at('policies/one.yaml'), 'more'))).toEqual(['a b', 'a']);
    expect(await after(() => writeFileSync(at('tests/c.aip-test.yaml'), SUITE))).toEqual(['a b c', 'c']);
  });

  it('says when there is nothing to search any more, and when there is again', async () => {
    await after(() => renameSync(at('tests'), at('away')));
    expect(troubles).toEqual([expect.stringContaining('does not exist')]);
    await after(() => renameSync(at('away'), at('tests')));
    expect(troubles.at(-1)).toBeNull();
    expect(await after(() => writeFileSync(at('policies/one.yaml'), 'more'))).toEqual(['a b', 'a']);
  });
});
