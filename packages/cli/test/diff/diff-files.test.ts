import { serializeTable } from '@agentpolicy/core';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aip, type Run } from '../aip.ts';
import { type Folder, makeFolder } from '../lint/lint-in-folder.ts';
import { SARIF_SCHEMA } from '../lint/sarif-schema.ts';

const ajv = new Ajv({ allErrors: true, strict: false });
formats.default(ajv);

const policy = (spec: string): string => `apiVersion: aip.io/v1alpha2
kind: AgentPolicy
metadata:
  name: team
spec:
${spec}
`;
const FETCH = (pattern: string): string =>
  policy(`  tool_rules:\n    - tool: fetch\n      allow_args:\n        url: '${pattern}'`);
const call = (url: string): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'fetch', arguments: { url } } })}\n`;

let folder: Folder;
beforeAll(async () => {
  folder = makeFolder({
    'strict.yaml': FETCH('^https://a\\.example/$'),
    'same.yaml': `# another comment\n${FETCH('^https://a[.]example/$')}`,
    'wide.yaml': FETCH('^https://a.example/$'),
    'moved.yaml': FETCH('^https://b\\.example/$'),
    'identity-on.yaml': policy(
      '  allowed_tools: [x]\n  identity:\n    enabled: true\n    require_token: true',
    ),
    'identity-off.yaml': policy('  allowed_tools: [x]\n  identity:\n    enabled: true'),
    'hostile.yaml': policy('  allowed_tools: ["a\\u001b[2Jb"]'),
    'nothing.yaml': policy('  allowed_tools: []'),
    'broken.yaml': 'kind: AgentPolicy\n',
    'traces/a.jsonl':
      call('https://a.example/') + call('https://aXexample/') + call('https://aYexample/') + call('no'),
    'traces/empty.jsonl': '',
    'empty/.keep': '',
  });
  for (const [from, to] of [
    ['strict.yaml', 'strict.aip.json'],
    ['wide.yaml', 'wide.aip.json'],
    ['identity-on.yaml', 'on.aip.json'],
    ['identity-off.yaml', 'off.aip.json'],
  ] as const)
    expect((await run('compile', from, '-o', to)).status).toBe(0);
});
afterAll(() => folder.remove());

const run = (...args: string[]): Promise<Run> => aip(args, { cwd: folder.path });

describe('exit status', () => {
  it.each<[number, string, readonly string[]]>([
    [0, 'nothing changed in meaning', ['diff', 'strict.yaml', 'same.yaml']],
    [0, 'it is narrower', ['diff', 'wide.yaml', 'strict.yaml']],
    [0, 'tables differ in nothing', ['diff', 'strict.yaml', 'strict.aip.json']],
    [0, 'nothing is to fail', ['diff', 'strict.yaml', 'wide.yaml', '--fail-on', 'none']],
    [0, 'it is wider, not moved', ['diff', 'strict.yaml', 'wide.yaml', '--fail-on', 'moved']],
    [1, 'it is wider', ['diff', 'strict.yaml', 'wide.yaml']],
    [1, 'tables are wider', ['diff', 'strict.aip.json', 'wide.aip.json']],
    [1, 'it is moved', ['diff', 'strict.yaml', 'moved.yaml', '--fail-on', 'moved']],
    [1, 'it is narrower, and anything fails', ['diff', 'wide.yaml', 'strict.yaml', '--fail-on', 'any']],
    [1, 'a setting is weaker', ['diff', 'identity-on.yaml', 'identity-off.yaml']],
    [2, 'there is one operand', ['diff', 'strict.yaml']],
    [2, 'there are three operands', ['diff', 'strict.yaml', 'wide.yaml', 'same.yaml']],
    [2, 'a file is absent', ['diff', 'absent.yaml', 'wide.yaml']],
    [2, 'a policy is broken', ['diff', 'broken.yaml', 'wide.yaml']],
    [2, 'both are standard input', ['diff', '-', '-']],
    [2, 'an option has no such value', ['diff', 'strict.yaml', 'wide.yaml', '--fail-on', 'narrowed']],
    [2, 'a format is unknown', ['diff', 'strict.yaml', 'wide.yaml', '--format', 'xml']],
    [2, 'a revision is asked for outside of a repository', ['diff', 'main..HEAD']],
    [3, 'no call is recorded', ['diff', 'strict.yaml', 'wide.yaml', '--traces', 'traces/empty.jsonl']],
    [0, 'it is within its guardrails', ['check', 'strict.yaml', '--against', 'wide.yaml']],
    [1, 'it exceeds its guardrails', ['check', 'wide.yaml', '--against', 'strict.yaml']],
    [2, 'there are no guardrails', ['check', 'wide.yaml']],
    [0, 'both mean the same', ['equal', 'strict.yaml', 'same.yaml']],
    [1, 'one is narrower', ['equal', 'wide.yaml', 'strict.yaml']],
    [2, 'one is absent', ['equal', 'strict.yaml', 'absent.yaml']],
    [0, 'a question has an answer', ['who-can', 'fetch', 'strict.yaml']],
    [2, 'a question is malformed', ['who-can', 'fetch', 'strict.yaml', '--arg', 'url']],
    [2, 'a pattern is none', ['who-can', 'fetch', 'strict.yaml', '--arg-pattern', 'url=(']],
    [2, 'one of the policies is broken', ['who-can', 'fetch', '.']],
    [3, 'no policy can be asked', ['who-can', 'fetch', 'empty']],
    [0, 'calls pass', ['sample', 'strict.yaml', 'fetch', '-n', '2']],
    [1, 'no call passes', ['sample', 'strict.yaml', 'unknown']],
    [2, 'the count is none', ['sample', 'strict.yaml', 'fetch', '-n', '2.5']],
    [2, 'the count is too small', ['sample', 'strict.yaml', 'fetch', '-n', '0']],
  ])('%i: %s', async (status, _, args) => {
    const found = await run(...args);
    expect({ status: found.status, stack: found.stderr.includes('    at ') }, found.stderr).toEqual({
      status,
      stack: false,
    });
    if (status > 1) expect(found.stderr).toMatch(/aip|error/);
  });
});

describe('a fault of the program', () => {
  // A built-in function that fails stands for a mistake in the program.
  const fault = encodeURIComponent('Array.prototype.toSorted = () => { throw new Error("a fault"); };');
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${fault}` };

  it.each([
    ['diff', 'strict.yaml', 'wide.yaml'],
    ['check', 'wide.yaml', '--against', 'strict.yaml'],
    ['equal', 'strict.yaml', 'wide.yaml'],
  ])('ends %s with 70, and asks for a report', async (...args) => {
    const { status, stdout, stderr } = await aip(args, { cwd: folder.path, env });
    expect([status, stdout]).toEqual([70, '']);
    expect(stderr).toMatch(
      /^aip: internal error, please report it with the command and its input\nError: a fault\n/,
    );
  });
});

describe('reports', () => {
  it('show a call that both engines confirm, and the two places', async () => {
    const { stdout } = await run('diff', 'strict.yaml', 'wide.yaml');
    expect(stdout).toContain('widened fetch block → allow, by url (both engines confirm it)');
    expect(stdout).toContain('"params":{"name":"fetch","arguments":{"url":"https://aaexample/"}}');
    expect(stdout).toMatch(/ {4}strict\.yaml:9:14 +wide\.yaml:9:14\n/);
    expect(stdout).toMatch(/\^+ +\| +\^+\n/);
  });

  it('as JSON hold a request that the policies decide as said', async () => {
    const { stdout } = await run('diff', 'strict.yaml', 'wide.yaml', '--format', 'json');
    const report: unknown = JSON.parse(stdout);
    expect(report).toMatchObject({
      version: 1,
      change: 'widened',
      stopped: true,
      recorded: null,
      policies: [
        {
          status: 'compared',
          old: 'strict.yaml',
          new: 'wide.yaml',
          differences: [
            {
              kind: 'calls',
              tool: 'fetch',
              from: 'block',
              to: 'allow',
              certainty: 'confirmed',
              request: { method: 'tools/call', params: { name: 'fetch' } },
              places: { old: [{ range: { start: { line: 9 } } }], new: [{ range: { start: { line: 9 } } }] },
            },
          ],
        },
      ],
    });
    const args = '{"url":"https://aaexample/"}';
    expect((await run('explain', 'strict.yaml', '--tool', 'fetch', '--args', args)).status).toBe(1);
    expect((await run('explain', 'wide.yaml', '--tool', 'fetch', '--args', args)).status).toBe(0);
  });

  it('go to several places in several formats', async () => {
    const { stdout } = await run(
      ...['diff', 'strict.yaml', 'wide.yaml', '--format', 'github', '--format', 'sarif=out.sarif'],
      ...['--format', 'markdown=out.md'],
    );
    expect(stdout).toMatch(
      /^::error file=wide\.yaml,line=9,title=widened-calls::widened: fetch: block → allow, by url/,
    );
    const sarif: unknown = JSON.parse(folder.read('out.sarif'));
    expect(ajv.validate(SARIF_SCHEMA, sarif) ? [] : ajv.errors).toEqual([]);
    expect(sarif).toMatchObject({
      runs: [
        {
          results: [
            {
              ruleId: 'widened-calls',
              level: 'error',
              locations: [
                { physicalLocation: { artifactLocation: { uri: 'wide.yaml' }, region: { startLine: 9 } } },
              ],
            },
          ],
        },
      ],
    });
    expect(folder.read('out.md')).toMatch(/^### AgentPolicy: widened \(1 widened\)\n/);
    expect(folder.read('out.md')).toContain('| widened | fetch | block → allow, by url |');
  });

  it('in GitHub Actions are annotations and the summary of the job', async () => {
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: `${folder.path}/summary.md` };
    const { stdout } = await aip(['diff', 'strict.yaml', 'wide.yaml'], { cwd: folder.path, env });
    expect(stdout).toContain('::error file=wide.yaml');
    expect(folder.read('summary.md')).toContain('### AgentPolicy: widened');
  });

  it('are the same bytes each time', async () => {
    const first = await run('diff', 'strict.yaml', 'moved.yaml', '--format', 'json');
    expect(await run('diff', 'strict.yaml', 'moved.yaml', '--format', 'json')).toEqual(first);
  });

  it('never let a policy speak to the terminal', async () => {
    for (const format of ['pretty', 'json', 'markdown', 'github', 'sarif']) {
      const { status, stdout } = await run('diff', 'nothing.yaml', 'hostile.yaml', '--format', format);
      expect([status, stdout.includes('\u001b')]).toEqual([1, false]);
    }
  });

  it('list recorded calls that are decided otherwise', async () => {
    const { stdout } = await run('diff', 'strict.yaml', 'wide.yaml', '--traces', 'traces');
    expect(stdout).toContain(
      '4 recorded calls: 1 widening, 1 of them used by 2 recorded calls\n  widened fetch block → allow: 2 calls, the first at traces/a.jsonl:2\n',
    );
  });
});

describe('tables', () => {
  it('whose programs are not those of their patterns are refused', async () => {
    const { digest: _, ...table } = JSON.parse(folder.read('wide.aip.json'));
    expect(table.patterns[0].source).toBe('^https://a.example/$');
    table.patterns[0].source = '^https://a\\.example/$';
    // The digest is right: only comparing pattern and program tells.
    folder.write('forged.aip.json', serializeTable(table));
    for (const args of [
      ['diff', 'strict.aip.json', 'forged.aip.json'],
      ['who-can', 'fetch', 'forged.aip.json'],
    ]) {
      const { status, stderr } = await run(...args);
      expect([status, stderr]).toEqual([2, expect.stringContaining('is not what its program runs')]);
    }
  });

  it('do not hold every setting, and it is said', async () => {
    const { stderr } = await run('diff', 'on.aip.json', 'off.aip.json');
    expect(stderr).toContain('what stands in identity was not compared');
  });
});

describe('questions', () => {
  it('who-can lists the most open policy first, with a call', async () => {
    const { stdout } = await run(
      'who-can',
      'fetch',
      'strict.yaml',
      'wide.yaml',
      '--arg',
      'url=https://aZexample/',
    );
    expect(stdout).toBe(
      `allow team wide.yaml:7:7\n      ${call('https://aZexample/')}block team strict.yaml:7:7\n`,
    );
  });

  it('who-can asks the policies in ConfigMaps too', async () => {
    const inner = folder.read('wide.yaml').replaceAll(/^/gm, '    ');
    folder.write('maps/map.yaml', `kind: ConfigMap\ndata:\n  p.yaml: |\n${inner}`);
    const args = ['who-can', 'fetch', 'maps', '--arg', 'url=https://aZexample/'];
    const found = await run(...args);
    expect([found.status, found.stdout]).toEqual([
      0,
      expect.stringMatching(/^allow team maps\/map\.yaml#team/),
    ]);
    folder.write('maps/template.yaml', `kind: ConfigMap\ndata:\n  p: {{ .AgentPolicy }}\n  q: [\n`);
    const broken = await run(...args);
    expect([broken.status, broken.stderr]).toEqual([
      2,
      expect.stringContaining('the ConfigMap in `maps/template'),
    ]);
    folder.write('maps/template.yaml', '');
    folder.write('maps/map.yaml', '');
  });

  it('sample shows what the engine decides', async () => {
    const { stdout } = await run('sample', 'strict.yaml', 'fetch', '-n', '3', '--format', 'json');
    const report: unknown = JSON.parse(stdout);
    expect(report).toMatchObject({
      calls: [{ decision: 'allow', request: { params: { arguments: { url: 'https://a.example/' } } } }],
      nearMisses: [
        { decision: 'block', problem: '`url` does not match' },
        { decision: 'block', problem: '`url` is missing' },
      ],
    });
  });
});
