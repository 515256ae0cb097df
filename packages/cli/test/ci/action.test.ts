import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, runToEnd } from '../aip.ts';
import { type GitFolder, git, makeGitFolder, writePolicy } from '../diff/git-folder.ts';
import { type Folder, makeFolder } from '../lint/lint-in-folder.ts';
import { SARIF_SCHEMA } from '../lint/sarif-schema.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';

const MAIN = join(ROOT, 'packages/cli/action/main.mjs');
const ajv = new Ajv({ allErrors: true, strict: false });
formats.default(ajv);

const policy = (pattern: string): string => `${writePolicy('team', 'list').trimEnd()}
  tool_rules:
    - tool: fetch
      allow_args:
        url: '${pattern}'
`;
const STRICT = policy('^https://a\\.example/$');
const WIDE = policy('^https://a\\.example/[a-z]*$');
const SUITE = (...tools: readonly string[]): string =>
  `policy: a.yaml\ncalls:\n  - name: listing\n    tool: ${tools[0]}\n    expect: allow\n${tools
    .slice(1)
    .map((tool) => `  - name: not ${tool}\n    tool: ${tool}\n    expect: block\n`)
    .join('')}`;

let github: FakeGithub;
let runner: Folder;
const folders: Folder[] = [];
beforeEach(async () => {
  github = await startFakeGithub();
  runner = makeFolder({});
  folders.push(runner);
});
afterEach(async () => {
  await github.close();
  for (const each of folders.splice(0)) each.remove();
});

function repository(files: Readonly<Record<string, string>>): GitFolder {
  const made = makeGitFolder(files);
  folders.push(made);
  return made;
}

/** A repository whose branch `topic` makes a change; HEAD is its merge into `main`, as GitHub makes it. */
function pullRequest(
  files: Readonly<Record<string, string>>,
  change: (folder: GitFolder) => void,
): GitFolder {
  const folder = repository(files);
  folder.commit('base');
  folder.git('checkout', '-q', '-b', 'topic');
  change(folder);
  folder.commit('head');
  folder.git('checkout', '-q', '--detach', 'main');
  folder.git('merge', '-q', '--no-ff', '-m', 'merge', 'topic');
  folder.git('tag', 'merged');
  return folder;
}

interface Started {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: string;
  readonly output: string;
}

/** Runs the Action as a runner does: with the inputs' defaults, an event, and files for what it has to say. */
async function act(
  cwd: string,
  event: { readonly name: string; readonly payload: unknown },
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const declared: { inputs: Readonly<Record<string, { default?: string }>> } = parse(
    readFileSync(join(ROOT, 'action.yml'), 'utf8'),
  );
  const defaults = Object.entries(declared.inputs).map(([name, input]) => {
    const value = name === 'token' ? 'secret-token' : (input.default ?? '');
    return [`INPUT_${name.toUpperCase()}`, value];
  });
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  for (const name of ['event.json', 'summary.md', 'output.txt']) runner.write(name, '');
  runner.write('event.json', JSON.stringify(event.payload));
  const { status, stdout, stderr } = await runToEnd(process.execPath, [MAIN], {
    cwd,
    env: {
      ...Object.fromEntries([...defaults, ...given]),
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: github.url,
      GITHUB_EVENT_NAME: event.name,
      GITHUB_EVENT_PATH: join(runner.path, 'event.json'),
      GITHUB_OUTPUT: join(runner.path, 'output.txt'),
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_STEP_SUMMARY: join(runner.path, 'summary.md'),
      ...env,
    },
  });
  expect(`${stdout}${stderr}`).not.toContain('    at ');
  expect(`${stdout}${stderr}`).not.toContain('secret-token');
  return { status, stdout, stderr, summary: runner.read('summary.md'), output: runner.read('output.txt') };
}

const pullEvent = (folder: GitFolder, base = 'base', head = 'head') => ({
  name: 'pull_request',
  payload: {
    number: 7,
    pull_request: {
      number: 7,
      base: { sha: folder.git('rev-parse', `${base}^{commit}`) },
      head: { sha: folder.git('rev-parse', `${head}^{commit}`) },
    },
    repository: { default_branch: 'main' },
  },
});
const pushEvent = (before: string) => ({
  name: 'push',
  payload: { before, repository: { default_branch: 'main' } },
});

describe('the GitHub Action', () => {
  it('stops a pull request that widens, with one comment, a summary, annotations and findings', async () => {
    const files = { 'a.yaml': STRICT, 'a.aip-test.yaml': SUITE('list'), 'calls/a.jsonl': CALLS };
    const folder = pullRequest(files, (each) => {
      each.write('a.yaml', WIDE);
      each.write('a.aip-test.yaml', SUITE('list', 'fetch'));
    });
    const first = await act(folder.path, pullEvent(folder), { traces: 'calls' });
    expect([first.status, first.output]).toEqual([1, 'result=failed\n']);
    expect(first.stdout).toMatch(
      /^::error file=a\.yaml,line=10,title=widened-calls::widened: fetch: block → allow/m,
    );
    expect(first.stdout).toMatch(/aip ci: failed \(lint passed, test passed, diff failed\)\n$/);
    expect(first.summary).toContain('## AgentPolicy: stopped');
    expect(first.summary).toContain('1 widening, 1 of them used by 2 recorded calls');
    expect(first.summary).toMatch(
      /^The tests show 50 % \(2 of 4 outcomes\) of the policies; at the base 25 % \(\+25\)\.$/m,
    );
    expect(github.comments).toHaveLength(1);
    const [comment] = github.comments;
    expect(comment?.body).toBe(`<!-- aip-ci: default -->\n${first.summary}`);
    expect(github.calls.every(({ token }) => token === 'Bearer secret-token')).toBe(true);
    const upload = github.calls.find(({ path }) => path === '/repos/o/r/code-scanning/sarifs')?.body;
    expect(upload).toMatchObject({
      commit_sha: folder.git('rev-parse', 'merged^{commit}'),
      ref: 'refs/pull/7/merge',
    });
    const sarif: unknown = JSON.parse(gunzipSync(Buffer.from(readSarif(upload), 'base64')).toString('utf8'));
    expect(ajv.validate(SARIF_SCHEMA, sarif) ? [] : ajv.errors).toEqual([]);
    expect(sarif).toMatchObject({
      runs: [{ automationDetails: { id: 'aip-lint/' } }, { automationDetails: { id: 'aip-diff/' } }],
    });
    // The next run finds its comment behind those of others, and updates it.
    github.comments.unshift(...OTHERS);
    folder.git('checkout', '-q', 'topic');
    folder.write('a.yaml', STRICT);
    folder.commit('repaired');
    const second = await act(folder.path, pullEvent(folder, 'base', 'repaired'));
    expect([second.status, second.output]).toEqual([0, 'result=passed\n']);
    expect(github.comments).toHaveLength(OTHERS.length + 1);
    expect(github.comments.at(-1)?.body).toContain('## AgentPolicy: passed');
    expect(github.calls.at(-1)?.method).toBe('PATCH');
  });

  it('works for a fork, whose token may only read', async () => {
    const folder = pullRequest({ 'a.yaml': STRICT }, (each) => each.write('a.yaml', WIDE));
    const refused = { status: 403, body: { message: 'Resource not accessible by integration' } };
    github.fail('POST', refused, refused);
    const found = await act(folder.path, pullEvent(folder));
    expect(found.status).toBe(1);
    expect(found.summary).toContain('## AgentPolicy: stopped');
    expect(found.stdout).toContain(
      "::notice title=aip ci::the pull request has no comment (403: Resource not accessible by integration): the job's summary has the report",
    );
    expect(found.stdout).toContain('code scanning does not take the findings (403:');
    expect(github.calls.filter(({ method }) => method !== 'GET')).toHaveLength(2);
    github.fail('POST', refused, refused);
    folder.git('checkout', '-q', '--detach', 'base');
    const same = await act(folder.path, pullEvent(folder, 'base', 'base'));
    expect([same.status, github.comments]).toEqual([0, []]);
  });

  it.each<[string, number, string, (folder: GitFolder) => void]>([
    ['a first policy', 1, 'added', (folder) => folder.write('b.yaml', writePolicy('b', 'list'))],
    ['a deleted policy', 1, 'deleted', (folder) => rmSync(join(folder.path, 'a.yaml'))],
    ['a rename', 0, 'unchanged', (folder) => folder.git('mv', 'a.yaml', 'b.yaml')],
    ['a change of something else', 0, 'unchanged', (folder) => folder.write('readme.md', 'x')],
    ['a narrower policy', 0, 'narrowed', (folder) => folder.write('a.yaml', writePolicy('team', 'list'))],
  ])('tells %s', async (_, status, said, change) => {
    const first = { 'a.yaml': STRICT };
    const folder = pullRequest(said === 'added' ? { 'readme.md': 'x' } : first, change);
    const found = await act(folder.path, pullEvent(folder));
    expect([found.status, found.summary]).toEqual([status, expect.stringContaining(said)]);
    expect(github.comments[0]?.body).toContain(said);
  });

  it('tells a deleted folder, which then can be acknowledged, from one that never was', async () => {
    const folder = pullRequest({ 'policies/a.yaml': STRICT, 'b.yaml': STRICT }, (each) =>
      rmSync(join(each.path, 'policies'), { recursive: true }),
    );
    const found = await act(folder.path, pullEvent(folder), { paths: 'policies' });
    expect([found.status, found.summary]).toEqual([
      1,
      expect.stringContaining('| lint | nothing to check: policies is deleted |'),
    ]);
    const typo = await act(folder.path, pullEvent(folder), { paths: 'b.yaml\npolcies' });
    expect([typo.status, typo.stderr]).toEqual([2, expect.stringContaining("can't read `polcies`")]);
  });

  it('compares a push with what was there before', async () => {
    const folder = repository({ 'a.yaml': STRICT });
    folder.commit('one');
    folder.write('a.yaml', WIDE);
    folder.commit('two');
    const before = folder.git('rev-parse', 'one^{commit}');
    const env = { GITHUB_REF: 'refs/heads/main' };
    const found = await act(folder.path, pushEvent(before), {}, env);
    expect([found.status, github.comments]).toEqual([1, []]);
    expect(found.summary).toContain('known from the push');
    const upload = github.calls.find(({ path }) => path.endsWith('/sarifs'))?.body;
    expect(upload).toMatchObject({ ref: 'refs/heads/main' });
    const start = await act(folder.path, pushEvent('0'.repeat(40)), {}, env);
    expect([start.status, start.summary]).toEqual([
      0,
      expect.stringContaining('| diff | nothing to check: nothing came before on main |'),
    ]);
  });

  it('compares a new branch with the default branch, and a merge queue with its base', async () => {
    const folder = pullRequest({ 'a.yaml': STRICT }, (each) => each.write('a.yaml', WIDE));
    const base = folder.git('rev-parse', 'base^{commit}');
    folder.git('update-ref', 'refs/remotes/origin/main', base);
    const env = { GITHUB_REF: 'refs/heads/topic' };
    expect((await act(folder.path, pushEvent('0'.repeat(40)), {}, env)).status).toBe(1);
    const group = { name: 'merge_group', payload: { merge_group: { base_sha: base } } };
    const found = await act(folder.path, group);
    expect([found.status, found.summary]).toEqual([1, expect.stringContaining('known from the merge queue')]);
  });

  it('needs the merge and its parents of a shallow clone, and says so where it has less', async () => {
    const folder = pullRequest({ 'a.yaml': STRICT }, (each) => each.write('a.yaml', WIDE));
    folder.git('branch', 'merge-ref', 'merged');
    for (const [depth, status, said] of [
      [1, 2, 'git fetch --deepen=100'],
      [2, 1, '## AgentPolicy: stopped'],
    ] as const) {
      const name = `depth-${depth}`;
      git(runner.path, 'clone', '-q', `--depth=${depth}`, '-b', 'merge-ref', `file://${folder.path}`, name);
      const found = await act(join(runner.path, name), pullEvent(folder));
      expect(found.status).toBe(status);
      expect(`${found.summary}${found.stderr}`).toContain(said);
    }
  });

  it('compares from a bare repository that a runner has cloned', async () => {
    const folder = pullRequest({ 'a.yaml': STRICT }, (each) => each.write('a.yaml', WIDE));
    git(runner.path, 'clone', '-q', '--bare', folder.path, 'bare.git');
    git(runner.path, 'clone', '-q', 'bare.git', 'work');
    const work = join(runner.path, 'work');
    git(work, 'checkout', '-q', 'topic');
    const found = await act(work, pullEvent(folder));
    expect([found.status, found.summary]).toEqual([
      1,
      expect.stringContaining('known from the pull request.'),
    ]);
  });

  it('does not take the base for the pull request', async () => {
    const folder = pullRequest({ 'a.yaml': STRICT }, (each) => each.write('a.yaml', WIDE));
    folder.git('checkout', '-q', 'main');
    const { payload } = pullEvent(folder);
    const found = await act(folder.path, { name: 'pull_request_target', payload });
    expect([found.status, found.output]).toEqual([2, 'result=error\n']);
    expect(found.stderr).toContain("what is checked out is neither the pull request's head nor its merge");
  });

  it.each<[string, number, Readonly<Record<string, string>>, string]>([
    ['an event without a base', 2, {}, 'the event `schedule` has nothing to compare with'],
    ['a base of its own', 1, { base: 'base' }, 'widened'],
    ['the comparison left out', 0, { skip: 'diff' }, '| diff | skipped |'],
    ['a folder without policies', 3, { skip: 'diff', 'working-directory': 'empty' }, 'nothing to check'],
    ['an unknown step', 2, { skip: 'tests' }, 'there is no step `tests`'],
    ['an unknown gate', 2, { 'fail-on': 'all' }, '`--fail-on all` is none of'],
    ['a flag that is none', 2, { comment: 'yes' }, 'the input `comment` is `yes`, neither true nor false'],
    ['a gate that lets all pass', 0, { base: 'base', 'fail-on': 'none' }, 'widened'],
  ])('takes %s', async (_, status, inputs, said) => {
    const folder = pullRequest({ 'a.yaml': STRICT, 'empty/.keep': '' }, (each) => each.write('a.yaml', WIDE));
    const found = await act(folder.path, { name: 'schedule', payload: {} }, inputs);
    expect(found.status, found.stderr).toBe(status);
    expect(`${found.summary}${found.stderr}`).toContain(said);
  });

  it('writes reports for other tools', async () => {
    const folder = pullRequest({ 'a.yaml': STRICT }, (each) => each.write('a.yaml', WIDE));
    const inputs = {
      sarif: 'a.sarif',
      junit: 'a.xml',
      markdown: 'a.md',
      comment: 'false',
      'upload-sarif': 'false',
    };
    const found = await act(folder.path, pullEvent(folder), inputs);
    expect([found.status, github.calls]).toEqual([1, []]);
    expect(folder.read('a.md')).toBe(found.summary);
    expect(JSON.parse(folder.read('a.sarif')).runs).toHaveLength(2);
    const junit = folder.read('a.xml');
    expect(junit).toContain('<testcase name="diff" classname="aip ci"><failure');
    expect(junit).toContain('<testcase name="test" classname="aip ci"><skipped');
    expect(junit).toContain('classname="a.yaml"><failure message="widened-calls">');
    expect(junit.match(/<testsuites/g)).toHaveLength(1);
  });
});

describe('what is hostile', () => {
  it('in names, patterns and calls, is neither markup nor a command', async () => {
    const text =
      '\\n::set-output name=x::y\\n| </code></details> <img src=x onerror=y> @everyone `x` [a](http://e)';
    const wide = `${writePolicy('team').replace('[]', `["${text}"]`).trimEnd()}\n`;
    const name = 'a\n::stop-commands::x\n`.yaml';
    const folder = pullRequest({ [name]: writePolicy('team', 'list') }, (each) => each.write(name, wide));
    const found = await act(folder.path, pullEvent(folder));
    expect(found.status).toBe(1);
    const commands = found.stdout.split('\n').filter((line) => line.startsWith('::'));
    expect(commands.length).toBeGreaterThan(0);
    for (const line of commands) expect(line).toMatch(/^::(?:error|warning|notice) /);
    expect(found.stdout).not.toContain('\r');
    for (const markdown of [found.summary, github.comments[0]?.body ?? '']) {
      expect(markdown).not.toMatch(/<img|@everyone|\]\(http|^::|`x`/m);
      expect(markdown).toContain('&#60;');
      // Whatever is between them is text.
      const tags = new Set(markdown.match(/<[^>\n]*>/g));
      for (const tag of tags)
        expect([
          '<br>',
          '<code>',
          '</code>',
          '<details>',
          '</details>',
          '<summary>',
          '</summary>',
          '<pre>',
          '</pre>',
          '<!-- aip-ci: default -->',
        ]).toContain(tag);
    }
  });

  it('in a policy that is broken, is no command either', async () => {
    const broken = `::error::##[set-output name=c;]d\n  ::stop-commands::b\n${STRICT}`;
    const folder = pullRequest({ 'a.yaml': STRICT }, (each) => each.write('a.yaml', broken));
    const found = await act(folder.path, pullEvent(folder));
    expect(found.status).toBe(2);
    expect(found.stderr).toMatch(/## \[set-output/);
    for (const line of `${found.stdout}\n${found.stderr}`.split('\n')) {
      expect(line).not.toContain('##[');
      if (/^\s*::/.test(line)) expect(line).toMatch(/^::(?:error|warning|notice) /);
    }
  });

  it('in a comment of somebody else, is never taken for our own', async () => {
    const folder = pullRequest({ 'a.yaml': STRICT }, (each) => each.write('a.yaml', WIDE));
    const forged = {
      id: 900,
      body: '<!-- aip-ci: default -->\nall is well',
      user: { login: 'eve', type: 'User' },
    };
    github.comments.push({ ...forged });
    await act(folder.path, pullEvent(folder));
    expect(github.comments[0]).toEqual(forged);
    expect(github.comments[1]?.body).toContain('stopped');
  });

  it('in length, fits into a comment', async () => {
    const tools = Array.from({ length: 1500 }, (_, index) => `tool_${index}_${'<'.repeat(100)}`);
    const folder = pullRequest({ 'a.yaml': writePolicy('team', 'list') }, (each) =>
      each.write('a.yaml', writePolicy('team', 'list', ...tools.map((tool) => `"${tool}"`))),
    );
    const found = await act(folder.path, pullEvent(folder));
    expect(found.status).toBe(1);
    const body = github.comments[0]?.body ?? '';
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body).toContain('The report of diff is cut here: it is too long.');
    expect(body).not.toMatch(/<details>(?![\s\S]*<\/details>)/);
    expect(found.summary.length).toBeLessThan(1_000_000);
  });
});

describe('a GitHub that fails', () => {
  it('in what it says about the event, does not take the verdict away', async () => {
    const folder = pullRequest({ 'a.yaml': STRICT }, (each) => each.write('a.yaml', WIDE));
    const env = { GITHUB_EVENT_PATH: join(runner.path, 'absent.json') };
    const found = await act(folder.path, { name: 'pull_request', payload: {} }, { base: 'base' }, env);
    expect([found.status, github.calls]).toEqual([1, []]);
    expect(found.stdout).toContain("nothing is published on GitHub: can't read GITHUB_EVENT_PATH");
    const bare = await act(folder.path, pullEvent(folder), { token: '' });
    expect([bare.status, bare.stdout]).toEqual([1, expect.stringContaining('there is no token')]);
    const lost = await act(folder.path, pullEvent(folder), {}, { GITHUB_REPOSITORY: 'o' });
    expect([lost.status, lost.stdout]).toEqual([1, expect.stringContaining('does not name the repository')]);
  });

  it('is asked again a few times, and changes nothing in the verdict', async () => {
    const folder = pullRequest({ 'a.yaml': STRICT }, () => undefined);
    const down = { status: 502 };
    const limited = { status: 429, headers: { 'retry-after': '0' } };
    github.fail('GET', down, limited);
    const found = await act(folder.path, pullEvent(folder), { 'upload-sarif': 'false' });
    expect([found.status, github.comments.length]).toEqual([0, 1]);
    expect(github.calls.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'POST']);
  });

  it('is given up where it keeps failing, does not know the way, or does not answer', async () => {
    const folder = pullRequest({ 'a.yaml': STRICT }, () => undefined);
    github.fail('sarifs', { status: 404, body: { message: 'Not Found' } });
    github.fail('comments', { status: 200, body: [] }, { status: 422, body: { message: 'a\n::error::b' } });
    const found = await act(folder.path, pullEvent(folder));
    expect(found.status).toBe(0);
    expect(found.stdout).toContain('code scanning does not take the findings (404: Not Found)');
    expect(found.stdout).toContain('::notice title=aip ci::the pull request has no comment (422: a):');
    const gone = await act(
      folder.path,
      pullEvent(folder),
      { 'upload-sarif': 'false' },
      {
        GITHUB_API_URL: 'http://127.0.0.1:9',
      },
    );
    expect([gone.status, gone.stdout]).toEqual([
      0,
      expect.stringContaining('the pull request has no comment ('),
    ]);
  }, 60_000);
});

function readSarif(upload: unknown): string {
  return typeof upload === 'object' && upload !== null && 'sarif' in upload ? String(upload.sarif) : '';
}

const call = (url: string): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'fetch', arguments: { url } } })}\n`;
const CALLS = call('https://a.example/') + call('https://a.example/x') + call('https://a.example/y');
const OTHERS = Array.from({ length: 120 }, (_, index) => ({
  id: 1000 + index,
  body: `a comment, number ${index}`,
  user: { login: 'somebody', type: 'User' },
}));
