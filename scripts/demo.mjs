// The main job on real input, from end to end: a policy with mistakes is linted, the good one compiled, a
// recorded session of a real MCP server replayed, and the proxy put in front of that server.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, setup } from './setup.mjs';

setup();

const aip = join(root, 'packages/cli/bundle/aip.js');
const server = join(root, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js');
const folder = mkdtempSync(join(tmpdir(), 'aip-demo-'));
const table = join(folder, 'agent.aip.json');

function title(text) {
  console.log(`\n━━ ${text}\n`);
}

/** Runs aip as a user would, and holds the exit status against what the demo says. */
function show(args, expected) {
  const shown = args.map((arg) => (arg.startsWith(root) ? relative(root, arg) : arg)).join(' ');
  console.log(`$ aip ${shown}`);
  const { status } = spawnSync(process.execPath, [aip, ...args], { cwd: root, stdio: 'inherit' });
  console.log(`(exit ${status})`);
  if (status !== expected) throw new Error(`aip ${shown}: exit ${status}, not ${expected}`);
}

async function talkThroughProxy() {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
  const work = join(folder, 'project');
  mkdirSync(work);
  writeFileSync(join(work, 'notes.md'), 'The key is AKIAIOSFODNN7EXAMPLE, keep it.\n');
  const audit = join(folder, 'audit.jsonl');
  const args = [
    'proxy',
    '--policy',
    table,
    '--audit',
    audit,
    '--verbose',
    '--',
    process.execPath,
    server,
    work,
  ];
  console.log(
    '$ aip proxy --policy agent.aip.json --audit audit.jsonl --verbose -- node server-filesystem project/',
  );
  const client = new Client({ name: 'demo', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [aip, ...args],
      cwd: work,
      stderr: 'inherit',
    }),
  );
  try {
    const read = await client.callTool({ name: 'read_text_file', arguments: { path: 'notes.md' } });
    console.log(`\nallowed, and the secret is redacted:\n  ${JSON.stringify(read.content)}\n`);
    const refusal = await client
      .callTool({ name: 'move_file', arguments: { source: 'notes.md', destination: 'x' } })
      .then(
        () => undefined,
        (error) => error,
      );
    if (refusal === undefined) throw new Error('move_file was not blocked');
    console.log(`\nblocked, it never reached the server:\n  ${refusal.message}\n`);
  } finally {
    await client.close();
  }
  console.log('the audit log:');
  console.log(readFileSync(audit, 'utf8').trimEnd());
}

try {
  title('1. A policy that looks careful, linted');
  show(['lint', 'fixtures/demo/broken.yaml'], 1);
  title('2. A good one, linted and compiled to a decision table');
  show(['lint', 'fixtures/demo/agent.yaml'], 0);
  show(['compile', 'fixtures/demo/agent.yaml', '-o', table], 0);
  show(['explain', table, '--tool', 'write_file', '--args', '{"path":"../.ssh/config","content":"x"}'], 1);
  title('3. A recorded session of a real MCP server, replayed through the policy');
  show(['test', 'fixtures/traces/filesystem.aip-test.yaml'], 0);
  title('4. The proxy in front of the real server: one call allowed, one blocked');
  await talkThroughProxy();
  console.log('\nNext: README.md has the five-minute tutorial.');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
