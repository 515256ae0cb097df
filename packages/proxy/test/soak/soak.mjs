/**
 * Sends everything that a session can hold through the built command for a long time, and looks at its memory:
 *   node packages/proxy/test/soak/soak.mjs [--minutes 30] [--rate 300]
 * Prints a line a minute. Ends with 1 where a request has no answer, more than one, or the wrong one, where the audit
 * log does not verify, or where the memory of the last third is more than a tenth above that of the second.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);
const SECRET = 'AKIAIOSFODNN7EXAMPLE';

if (process.argv.includes('--server')) serve();
else process.exitCode = await soak(readOption('minutes', 30), readOption('rate', 300));

function readOption(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (value > 0) return value;
  process.stderr.write(`--${name} takes a number\n`);
  process.exit(2);
}

/** Answers, asks back, chatters, and tells secrets. */
function serve() {
  const write = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let count = 0;
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined || method === undefined) return;
    count++;
    if (method === 'tools/list') {
      const tools = ['read', 'confirm', 'forbidden'].map((name) => ({
        name,
        inputSchema: { type: 'object' },
      }));
      write({ id, result: { tools } });
      return;
    }
    if (count % 50 === 0) process.stderr.write(`working ${SECRET} \u001b[31m${count}\u001b[0m\n`);
    if (count % 70 === 0) write({ method: 'notifications/message', params: { level: 'info', data: SECRET } });
    if (count % 90 === 0) write({ id: `s${count}`, method: 'roots/list' });
    if (count % 110 === 0) process.stdout.write('no message at all\n');
    const text = `${params?.arguments?.text ?? ''} ${count % 3 === 0 ? SECRET : ''}`;
    write({ id, result: { content: [{ type: 'text', text }] } });
  });
}

async function soak(minutes, rate) {
  const folder = mkdtempSync(join(tmpdir(), 'aip-soak-'));
  const aip = process.env.AIP_BUNDLE ?? join(dirname(here), '../../../cli/bundle/aip.js');
  const file = (name) => join(folder, name);
  writeFileSync(
    file('agent.yaml'),
    `apiVersion: aip.io/v1alpha2
kind: AgentPolicy
metadata:
  name: soak
spec:
  allowed_tools: [read]
  tool_rules:
    - { tool: confirm, action: ask }
  dlp:
    scan_requests: true
    on_request_match: redact
    filter_stderr: true
    patterns:
      - { name: aws, regex: "AKIA[0-9A-Z]{16}" }
`,
  );
  const flags = ['--policy', file('agent.yaml'), '--audit', file('audit.jsonl'), '--audit-max-size', '20M'];
  const more = ['--ask', 'client', '--ask-limit', '100000', '--request-timeout', '60'];
  const proxy = spawn(process.execPath, [
    aip,
    'proxy',
    ...flags,
    ...more,
    '--',
    process.execPath,
    here,
    '--server',
  ]);
  proxy.stderr.resume();
  const failures = [];
  const expected = new Map();
  let answered = 0;
  createInterface({ input: proxy.stdout }).on('line', (line) => {
    if (line.includes(SECRET)) failures.push(`a secret came through: ${line.slice(0, 200)}`);
    const message = JSON.parse(line);
    if (message.method === 'roots/list') send({ id: message.id, result: { roots: [] } });
    else if (message.method === 'elicitation/create') approve(message.id);
    else if (message.method === undefined && message.id !== null) check(message);
  });

  function send(message) {
    proxy.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
  function approve(id) {
    send({ id, result: { action: 'accept', content: { decision: 'approve' } } });
  }
  function check({ id, error }) {
    const wanted = expected.get(id);
    expected.delete(id);
    answered++;
    if (wanted === undefined) failures.push(`an answer that nobody waits for: ${id}`);
    else if ((error?.code ?? 0) !== wanted) failures.push(`${id}: ${error?.code ?? 0} instead of ${wanted}`);
  }

  let next = 0;
  function ask(method, params, code = 0) {
    const id = next % 2 === 0 ? next : `n${next}`;
    next++;
    expected.set(id, code);
    send({ id, method, params });
  }
  const call = (name, text, code) => ask('tools/call', { name, arguments: { text } }, code);
  const big = 'x'.repeat(100_000);
  function step(number) {
    if (number % 200 === 1) call('read', `${big} ${SECRET}`);
    else if (number % 50 === 2) call('confirm', `${number}`);
    else if (number % 20 === 3) call('forbidden', `${number}`, -32001);
    else if (number % 100 === 4) ask('tools/list', {});
    else if (number % 100 === 5) ask(`vendor/${number}`, {}, -32006);
    else if (number % 100 === 6) proxy.stdin.write(`{"jsonrpc":"2.0","method":"x","Method":"${number}"}\n`);
    else if (number % 10 === 7) call('read', `hello ${SECRET}`);
    else call('read', `hello ${number}`);
  }

  send({
    id: 'begin',
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: { elicitation: {} } },
  });
  expected.set('begin', 0);
  const samples = [];
  const started = Date.now();
  const end = started + minutes * 60_000;
  let steps = 0;
  let told = 0;
  while (Date.now() < end && failures.length === 0 && proxy.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const due = Math.floor(((Date.now() - started) / 1000) * rate);
    // Who is far behind waits for answers: the machine may be busy.
    for (; steps < due && expected.size < 2000; steps++) step(steps);
    const kilobytes = Number(
      spawnSync('ps', ['-o', 'rss=', '-p', String(proxy.pid)], { encoding: 'utf8' }).stdout,
    );
    samples.push(kilobytes / 1024);
    const minute = Math.floor((Date.now() - started) / 60_000);
    if (minute <= told) continue;
    told = minute;
    const last = samples.slice(-500);
    process.stdout.write(
      `${minute} min  ${answered} answers  ${median(last).toFixed(1)} MB (most ${Math.max(...last).toFixed(1)})\n`,
    );
  }
  for (let waited = 0; expected.size > 0 && waited < 300; waited++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  if (expected.size > 0) failures.push(`${expected.size} requests have no answer`);
  const closed = new Promise((resolve) => proxy.once('close', resolve));
  proxy.stdin.end();
  const status = await closed;
  if (status !== 0) failures.push(`the proxy ended with ${status}`);
  const verified = spawnSync(process.execPath, [aip, 'audit', 'verify', file('audit.jsonl')], {
    encoding: 'utf8',
  });
  process.stdout.write(verified.stdout);
  if (verified.status !== 0) failures.push('the audit log does not verify');
  const third = Math.floor(samples.length / 3);
  const [second, last] = [samples.slice(third, 2 * third), samples.slice(2 * third)].map(median);
  process.stdout.write(
    `${answered} answers; ${second.toFixed(1)} MB in the second third, ${last.toFixed(1)} MB in the last\n`,
  );
  if (last > second * 1.1) failures.push('the memory grows');
  for (const failure of failures.slice(0, 10)) process.stdout.write(`FAILED: ${failure}\n`);
  rmSync(folder, { recursive: true, force: true });
  return failures.length === 0 ? 0 : 1;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
