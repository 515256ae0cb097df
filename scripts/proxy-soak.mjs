/**
 * Keeps the built proxy busy and watches its memory: calls that pass, are refused, are redacted, damaged lines and
 * lines past the limit, over standard input and output, with an audit log that is rotated and verified at the end.
 *   node scripts/proxy-soak.mjs [--minutes 30] [--rate 2000]
 * Prints a line for each thirtieth of the time. Ends with 1 where a request stayed without its answer, the log does not
 * verify, or memory grew: the median of the last third may be a tenth above that of the second. Linux only.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const AIP = join(root, 'packages/cli/bundle/aip.js');
const SERVER = join(root, 'fixtures/servers/fast-server.mjs');
const SAMPLES = 30;
const GROWTH = 1.1;

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: {name: soak}
spec:
  allowed_tools: [read]
  tool_rules:
    - tool: fetch
      allow_args: {url: '^https://api\\.example/[a-z0-9/]+$'}
  protected_paths: ['~/.ssh', .env]
  dlp:
    patterns: [{name: key, regex: 'AKIA[A-Z0-9]{16}'}]
`;

function readOption(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (Number.isFinite(value) && value > 0) return value;
  process.stderr.write(`--${name} takes a number\n`);
  process.exit(2);
}

const minutes = readOption('minutes', 30);
const rate = readOption('rate', 2000);
if (process.platform !== 'linux') {
  process.stderr.write('memory is read from /proc: run this on Linux\n');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'proxy-soak-'));
const audit = join(folder, 'audit.jsonl');
writeFileSync(join(folder, 'policy.yaml'), POLICY);
const proxy = spawn(
  process.execPath,
  [
    AIP,
    'proxy',
    '--policy',
    join(folder, 'policy.yaml'),
    '--audit',
    audit,
    '--audit-max-size',
    '20M',
    '--',
    process.execPath,
    SERVER,
  ],
  { stdio: ['pipe', 'pipe', 'ignore'] },
);

let answered = 0;
proxy.stdout.on('data', (chunk) => {
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) answered++;
});
const ended = new Promise((resolve) => proxy.once('exit', resolve));

let id = 0;
const call = (name, args) =>
  `{"jsonrpc":"2.0","id":${++id},"method":"tools/call","params":{"name":"${name}","arguments":${JSON.stringify(args)}}}\n`;

/** Each gives one line that is answered once. */
const KINDS = [
  () => call('read', { path: `notes/${id % 100}.txt` }),
  () => call('read', { path: `notes/${id % 100}.txt`, text: 'x'.repeat(id % 4000) }),
  () => call('fetch', { url: `https://api.example/items/${id % 1000}` }),
  () => call('fetch', { url: 'file:///etc/passwd' }),
  () => call('rm', { path: '/' }),
  () => call('read', { path: '~/.ssh/id_ed25519' }),
  () => `{"jsonrpc":"2.0","id":${++id},"method":"resources/read","params":{"uri":"file:///x"}}\n`,
  () => `{"jsonrpc":"2.0","id":${++id},"method":"tools/call","params":{"name":"read","name":"rm"}}\n`,
  () => '{"jsonrpc":"2.0","id":\n',
];

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const readRss = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${proxy.pid}/status`, 'latin1'))?.[1]) / 1024;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const start = performance.now();
const total = minutes * 60_000;
const samples = [];
let sent = 0;
let since = [];
try {
  console.log(`${minutes} minutes at ${rate} messages a second`);
  console.log(' minutes   messages   answered   MiB (median, highest)');
  while (performance.now() - start < total && proxy.exitCode === null) {
    const due = Math.floor(((performance.now() - start) / 1000) * rate);
    let chunk = '';
    for (; sent < due; sent++) chunk += KINDS[sent % KINDS.length]();
    // Once in a while, a line that is far past the limit.
    if (sent % (rate * 20) < rate / 20) {
      chunk += `{"jsonrpc":"2.0","id":${++id},"method":"${'x'.repeat(20 * 1024 * 1024)}"}\n`;
      sent++;
    }
    if (!proxy.stdin.write(chunk)) await new Promise((resolve) => proxy.stdin.once('drain', resolve));
    await sleep(50);
    since.push(readRss());
    if (performance.now() - start > ((samples.length + 1) / SAMPLES) * total) {
      samples.push(median(since));
      const minute = ((performance.now() - start) / 60_000).toFixed(1).padStart(8);
      console.log(
        `${minute} ${String(sent).padStart(10)} ${String(answered).padStart(10)}   ${median(since).toFixed(0)}, ${Math.max(...since).toFixed(0)}`,
      );
      since = [];
    }
  }
  for (let left = 100; left > 0 && answered < sent; left--) await sleep(100);
  const problems = [];
  if (answered !== sent) problems.push(`${sent} messages were sent, ${answered} answers came`);
  proxy.stdin.end();
  const status = await ended;
  if (status !== 0) problems.push(`the proxy ended with ${status}`);
  const second = median(samples.slice(SAMPLES / 3, (SAMPLES * 2) / 3));
  const last = median(samples.slice((SAMPLES * 2) / 3));
  if (!(last <= second * GROWTH)) problems.push(`memory grew from ${second} to ${last} MiB`);
  const verified = spawnSync(process.execPath, [AIP, 'audit', 'verify', audit], { encoding: 'utf8' });
  console.log(verified.stdout.trim());
  if (verified.status !== 0) problems.push('the audit log does not verify');
  for (const problem of problems) console.error(`failed: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else
    console.log(
      `flat: ${second.toFixed(0)} MiB in the second third, ${last.toFixed(0)} in the last; every message answered`,
    );
} finally {
  proxy.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
