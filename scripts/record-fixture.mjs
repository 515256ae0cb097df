// Records the sessions under fixtures/traces with real servers: node scripts/record-fixture.mjs
// What differs from run to run (times, the temporary folder) is made the same; all else stands as it passed.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { CreateMessageRequestSchema, ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const HOME = '/home/user/project';
const START = Date.UTC(2026, 0, 5, 9, 0, 0);

function serverPath(name) {
  const manifest = require.resolve(`@modelcontextprotocol/${name}/package.json`);
  const [bin] = Object.values(require(manifest).bin);
  return join(dirname(manifest), bin);
}

/** A transport over a child process that notes every line as it passes. */
function recordingTransport(label, args, rewrite) {
  const lines = [];
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH ?? '' }, stdio: 'pipe' });
  const note = (direction, member) => {
    const seq = lines.length + 1;
    const head = {
      session_id: `${label}/1`,
      server_label: label,
      seq,
      ts: new Date(START + seq * 250).toISOString(),
    };
    const envelope = JSON.stringify({ ...head, direction, transport: 'stdio' });
    lines.push(rewrite(`${envelope.slice(0, -1)},${member}}`));
  };
  createInterface({ input: child.stderr }).on('line', (text) =>
    note('stderr', `"text":${JSON.stringify(text)}`),
  );
  const transport = {
    async start() {
      createInterface({ input: child.stdout }).on('line', (text) => {
        note('s2c', `"raw":${text}`);
        transport.onmessage?.(JSON.parse(text));
      });
    },
    async send(message) {
      const text = JSON.stringify(message);
      note('c2s', `"raw":${text}`);
      child.stdin.write(`${text}\n`);
    },
    async close() {
      child.kill();
      transport.onclose?.();
    },
  };
  return { transport, lines };
}

async function record(label, args, capabilities, rewrite, talk) {
  const { transport, lines } = recordingTransport(label, args, rewrite);
  const client = new Client({ name: 'fixture-recorder', version: '1.0.0' }, { capabilities });
  await talk(client, () => client.connect(transport));
  await client.close();
  const path = join(root, 'fixtures', 'traces', `${label}.jsonl`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  console.log(`${path}: ${lines.length} lines`);
}

async function recordFilesystem() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'agentpolicy-fixture-')));
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'docs'));
  writeFileSync(join(folder, 'src', 'app.js'), "console.log('hello');\n");
  writeFileSync(join(folder, '.env'), 'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n');
  writeFileSync(
    join(folder, 'docs', 'setup.md'),
    'Use the key AKIAIOSFODNN7EXAMPLE from the documentation.\n',
  );
  const at = (...path) => join(folder, ...path);
  const rewrite = (line) => line.replaceAll(folder, HOME);
  try {
    await record(
      'filesystem',
      [serverPath('server-filesystem'), folder],
      {},
      rewrite,
      async (client, connect) => {
        await connect();
        await client.listTools();
        const call = (name, args) => client.callTool({ name, arguments: args });
        await call('list_directory', { path: folder });
        await call('read_text_file', { path: at('src', 'app.js') });
        await call('read_text_file', { path: at('docs', 'setup.md') });
        await call('read_text_file', { path: at('.env') });
        await call('read_text_file', { path: `${folder}/src/../.env` });
        await call('edit_file', {
          path: at('src', 'app.js'),
          edits: [{ oldText: 'hello', newText: 'hello again' }],
          dryRun: true,
        });
        await call('write_file', { path: at('src', 'new.js'), content: 'export {};\n' });
        await call('write_file', { path: at('docs', 'new.md'), content: '# New\n' });
        await call('move_file', { source: at('src', 'new.js'), destination: at('docs', 'new.js') });
        await call('search_files', { path: folder, pattern: '**/*.js' });
        await client.ping();
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function recordEverything() {
  const capabilities = { roots: {}, sampling: {} };
  await record(
    'everything',
    [serverPath('server-everything')],
    capabilities,
    (line) => line,
    async (client, connect) => {
      client.setRequestHandler(ListRootsRequestSchema, () => ({
        roots: [{ uri: `file://${HOME}`, name: 'project' }],
      }));
      client.setRequestHandler(CreateMessageRequestSchema, () => ({
        model: 'fixture-model',
        role: 'assistant',
        content: { type: 'text', text: 'Two fixes and a feature.' },
      }));
      await connect();
      await client.listTools();
      const call = (name, args, options) => client.callTool({ name, arguments: args }, undefined, options);
      await call('echo', { message: 'hello' });
      await call('echo', { message: 'good bye' });
      await call('get-sum', { a: 2, b: 40 });
      await call('get-sum', { a: 0.1, b: 1e21 });
      await call('trigger-long-running-operation', { duration: 1, steps: 2 }, { onprogress: () => {} });
      await call('trigger-sampling-request', { prompt: 'Summarise the release notes', maxTokens: 64 });
      await client.listResources();
      await client.setLoggingLevel('debug');
    },
  );
}

await recordFilesystem();
await recordEverything();
