import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lintPolicy, readToolList } from '@agentpolicy/lint';
import { parsePolicy } from '@agentpolicy/spec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aip } from '../aip.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A server that answers each request by what a function of the message gives, and tells what it was asked. */
function serverOf(answer: string): readonly string[] {
  const path = join(folder, 'server.mjs');
  writeFileSync(
    path,
    `import { createInterface } from 'node:readline';
const answer = ${answer};
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.method === undefined || message.id === undefined) continue;
  const made = answer(message);
  if (made === null) continue;
  console.log(typeof made === 'string' ? made : JSON.stringify({ jsonrpc: '2.0', id: message.id, ...made }));
}
`,
  );
  return [process.execPath, path];
}

const HELLO = `message.method === 'initialize' ? { result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'made', version: '1' } } }`;

describe('aip init', () => {
  it.each([['server-everything', 'stdio'], ['server-filesystem', '.'], ['server-memory']])(
    'drafts what lints clean for %s',
    async (name, ...args) => {
      const manifest = createRequire(import.meta.url).resolve(`@modelcontextprotocol/${name}/package.json`);
      const policy = join(folder, 'policy.yaml');
      const server = [process.execPath, join(dirname(manifest), 'dist/index.js'), ...args];
      const run = await aip(['init', '-o', policy, '--', ...server]);
      expect(run).toMatchObject({ status: 0, stdout: '' });
      const linted = await aip(['lint', policy, '--format', 'json']);
      expect(linted.status).toBe(0);
      expect(readFileSync(policy, 'utf8')).toMatch(/action: (?:block|ask)/);
    },
  );

  it('reads every page, blocks by default, asks about what only reads, and shows hostile text as text', async () => {
    const server = serverOf(`(message) => ${HELLO} : message.params.cursor === undefined
      ? { result: { nextCursor: 'p2', tools: [
          { name: 'write', description: 'Writes.\\nAnd more', inputSchema: { type: 'object', properties: { path: { type: 'string' }, n: {} }, required: ['path'] } },
          { name: 'read', annotations: { readOnlyHint: true }, description: 'x\\u001b[31m\\u202e', inputSchema: { type: 'object' } },
        ] } }
      : { result: { tools: [
          { name: 'READ', inputSchema: { type: 'object' } },
          { name: 'a\\n- tool: evil', annotations: { readOnlyHint: true, destructiveHint: true } },
        ] } }`);
    const { stdout, stderr, status } = await aip(['init', '--', ...server]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'aip: drafted from 4 tools of made 1\n' });
    expect(stdout).toContain(`    # Writes.
    # arguments: path (string, required), n
    - tool: write
      action: block
`);
    expect(stdout).toContain('    - tool: read\n      action: ask # says that it only reads\n');
    expect(stdout).toContain("    # READ can't be told from a tool above");
    expect(stdout).toContain("    - tool: 'a- tool: evil'\n      action: block\n");
    expect(stdout).toMatch(/^[\n -~]*$/);
    const parsed = parsePolicy(stdout, 'draft');
    expect(parsed.ok).toBe(true);
    const tools = readToolList('[{"name":"write"},{"name":"read"}]', 'tools');
    if (parsed.ok)
      expect(lintPolicy(parsed.document, { tools }).filter(({ severity }) => severity === 'error')).toEqual(
        [],
      );
  });

  it.each([
    ['refuses', `() => ({ error: { code: -32600, message: 'go away' } })`, 'refuses initialize: go away'],
    ['lists nothing', `(message) => ${HELLO} : { result: {} }`, 'lists no tools'],
    ['exits', '() => { console.error("no key"); process.exit(3); }', 'exited with status 3; it said: no key'],
    ['is silent', '() => null', 'did not answer within 1 s'],
    ['does not speak MCP', `() => 'hello'`, 'did not answer within 1 s'],
    [
      'never ends',
      `(message) => ${HELLO} : { result: { tools: [], nextCursor: 'x' } }`,
      'more than 1000 pages',
    ],
  ])('says that a server %s', async (_, answer, message) => {
    const timeout = message.includes('within') ? '1' : '30';
    const run = await aip(['init', '--timeout', timeout, '--', ...serverOf(answer)]);
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 2, stdout: '' });
    expect(run.stderr).toContain(message);
  });

  it('tells a server without tools, and one that is not there', async () => {
    const none = await aip(['init', '--', ...serverOf(`(message) => ${HELLO} : { result: { tools: [] } }`)]);
    expect(none.status).toBe(3);
    expect(none.stdout).toContain('# The server lists no tool.');
    expect(none.stderr).toContain('`aip lint` warns of (empty-policy): the server lists no tool');
    expect(await aip(['init', '--', 'no-such-program'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no such program'),
    });
  });
});
