import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AIP, aip, ROOT, type Run, runToEnd } from '../aip.ts';
import { type Folder, makeFolder } from '../lint/lint-in-folder.ts';

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: { readonly path?: string };
}

interface Workflow {
  readonly jobs: {
    readonly shard: {
      readonly strategy: { readonly matrix: { readonly shard: readonly number[] } };
      readonly steps: readonly Step[];
    };
    readonly merge: { readonly needs: string; readonly steps: readonly Step[] };
  };
}

/** The workflow as it stands on the page. */
function readWorkflow(): Workflow {
  const page = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');
  const block = page.split('```yaml\n').find((part) => part.startsWith('jobs:'));
  if (block === undefined) throw new Error('the page shows no workflow');
  return parse(block.slice(0, block.indexOf('```')));
}

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: shards }
spec: { allowed_tools: [list] }
`;
const NAMES = ['a', 'b', 'c', 'd', 'e'];

let folder: Folder;
beforeAll(() => {
  const suite = (expected: string) => `policy: p.yaml\ncalls: [{ tool: list, expect: ${expected} }]\n`;
  folder = makeFolder({
    'policies/p.yaml': POLICY,
    ...Object.fromEntries(
      NAMES.map((name) => [`policies/${name}.aip-test.yaml`, suite(name === 'd' ? 'block' : 'allow')]),
    ),
  });
});
afterAll(() => folder.remove());

const fill = (text: string, shard: number | null): string =>
  text.replaceAll(/\$\{\{ *matrix\.shard *\}\}/g, `${shard ?? 'none'}`);

/** Runs a step's command as the workflow's shell would, with this matrix. */
function runStep(command: string, shard: number | null): Promise<Run> {
  const filled = fill(command, shard);
  expect(filled).not.toContain('$');
  const args = filled.split(' ');
  expect(args.slice(0, 2)).toEqual(['npx', 'aip']);
  return runToEnd(process.execPath, [AIP, ...args.slice(2)], { cwd: folder.path });
}

const commandOf = (steps: readonly Step[]): string =>
  steps.find(({ run }) => run?.startsWith('npx aip') === true)?.run ?? '';

describe('the workflow with shards on the page about testing', () => {
  it('comes to the verdict of one machine', async () => {
    const { shard, merge } = readWorkflow().jobs;
    expect(merge.needs).toBe('shard');
    const { matrix } = shard.strategy;
    const command = commandOf(shard.steps);
    const runs: Run[] = [];
    for (const index of matrix.shard) runs.push(await runStep(command, index));
    // The suite that fails is the fourth, and so the fourth shard's.
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0, 1]);
    expect(runs[3]?.stdout).toContain('::error file=');
    const uploaded = shard.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact') === true);
    for (const index of matrix.shard) {
      const path = fill(uploaded?.with?.path ?? '', index);
      expect(JSON.parse(folder.read(path)).shard).toEqual({ index, count: matrix.shard.length });
    }
    const merged = await runStep(commandOf(merge.steps), null);
    const alone = await aip(['test', 'policies/'], { cwd: folder.path });
    expect(merged).toEqual(alone);
    expect(alone.status).toBe(1);
    expect(folder.read('tests.xml')).toContain('tests="5" failures="1"');
  });

  it('fails where a shard never reported', async () => {
    const { merge } = readWorkflow().jobs;
    folder.write('shard-3.json', folder.read('shard-1.json'));
    const { status, stderr } = await runStep(commandOf(merge.steps), null);
    expect(status).toBe(2);
    expect(stderr).toContain('both shard 1/4');
  });
});
