import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatPlace } from '../problem.ts';
import { readVectors } from './read-vectors.ts';

const PUBLIC_SUITE = '../shared/upstream/conformance';

function problemsOf(tests: string, head = 'conformance_level: basic\n'): string[] {
  const reading = readVectors(`${head}tests:\n${tests}`, 'f.yaml');
  return reading.ok ? [] : reading.problems.map((each) => `${formatPlace(each.place)} ${each.code}`);
}

const TEST = '  - {id: a, policy: x, input: {method: ping}, expected: {decision: ALLOW}}\n';

describe('readVectors', () => {
  it('reads a test', () => {
    expect(problemsOf(TEST)).toEqual([]);
  });

  it.each([
    ['no level', TEST, '', 'f.yaml:1:1 no-level'],
    ['an unknown key of the file', TEST, 'conformance_level: basic\nx: 1\n', 'f.yaml:2:1 unknown-key'],
    ['an unknown level', TEST, 'conformance_level: most\n', 'f.yaml:1:20 wrong-type'],
  ])('refuses %s', (_, tests, head, problem) => {
    expect(problemsOf(tests, head)).toEqual([problem]);
  });

  // The mark stands where the problem must be found.
  it.each([
    ['unknown-key', '  - {id: a, policy: x, input: {method: ping}, expected: {decision: ALLOW}, §x: 1}\n'],
    ['unknown-key', '  - {id: a, policy: x, input: {method: ping}, expected: {decision: ALLOW, §x: 1}}\n'],
    ['unknown-key', '  - {id: a, policy: x, input: {method: ping, §x: 1}, expected: {decision: ALLOW}}\n'],
    ['wrong-type', '  - {id: a, policy: x, input: {method: ping}, expected: {decision: §allow}}\n'],
    ['duplicate-id', `${TEST}${TEST.replace('{', '§{')}`],
    ['missing-key', '  - §{policy: x, input: {method: ping}, expected: {decision: ALLOW}}\n'],
    ['missing-key', '  - §{id: a, input: {method: ping}, expected: {decision: ALLOW}}\n'],
    ['missing-key', '  - §{id: a, policy: x, input: {method: ping}}\n'],
    ['nothing-to-check', '  - §{id: a, policy: x}\n'],
    ['nothing-to-check', '  - {id: a, policy: x, input: {method: ping}, expected: §{}}\n'],
    ['nothing-to-check', '  - {id: a, policy: x, input: {type: log, content: x}, expected: §{}}\n'],
    [
      'wrong-type',
      '  - {id: a, policy: x, input: {method: ping, context: {window: §soon}}, expected: {decision: ALLOW}}\n',
    ],
    ['wrong-type', '  - {id: a, policy: x, raw: [{client: x, wait: §long}]}\n'],
    ['unknown-policy', '  - §{id: a, use_policy: x, input: {method: ping}, expected: {decision: ALLOW}}\n'],
    ['missing-key', '  - {id: a, policy: x, raw: [§{to_server: same}]}\n'],
    ['missing-key', '  - {id: a, policy: x, raw: [§{client: x, server: x}]}\n'],
  ])('reports %s at its place in %j', (code, marked) => {
    const lines = marked.slice(0, marked.indexOf('§')).split('\n');
    const place = `f.yaml:${lines.length + 2}:${(lines.at(-1) ?? '').length + 1}`;
    expect(problemsOf(marked.replace('§', ''))).toEqual([`${place} ${code}`]);
  });

  it('keeps the digits of numbers', () => {
    const test =
      '  - {id: a, policy: x, input: {method: tools/call, tool: t, args: {n: 1e21}}, expected: {decision: ALLOW}}\n';
    const reading = readVectors(`conformance_level: basic\ntests:\n${test}`, 'f.yaml');
    expect(reading.ok && reading.file.vectors[0]?.steps[0]).toMatchObject({
      params: '{"name":"t","arguments":{"n":1e21}}',
      id: '1',
    });
  });

  it.skipIf(!existsSync(PUBLIC_SUITE))('reads every file of the public suite', () => {
    const counts: Record<string, number> = {};
    for (const folder of readdirSync(PUBLIC_SUITE)) {
      for (const name of readdirSync(join(PUBLIC_SUITE, folder))) {
        const path = join(PUBLIC_SUITE, folder, name);
        const reading = readVectors(readFileSync(path, 'utf8'), path);
        expect(reading.ok ? [] : reading.problems).toEqual([]);
        if (!reading.ok) continue;
        const { level, vectors } = reading.file;
        counts[level] = (counts[level] ?? 0) + vectors.length;
        const runs = level === 'basic' || level === 'full';
        for (const vector of vectors) expect(vector.unsupported === null).toBe(runs);
      }
    }
    expect(counts).toEqual({ basic: 29, full: 36, identity: 23, server: 24 });
  });
});
