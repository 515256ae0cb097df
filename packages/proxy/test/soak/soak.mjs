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
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);
const SECRET = 'AKIAIOSFODNN7EXAMPLE';

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

const POLICY = `apiVersion: aip.io/v1alpha2
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
`;

const BIG = 'x'.repeat(100_000);

/** Requests that may be open: who is far behind waits, since the machine may be busy. */
const MOST_OPEN = 2000;

async function soak(minutes, rate) {
  const folder = mkdtempSync(join(tmpdir(), 'aip-soak-'));
  const aip = process.env.AIP_BUNDLE ?? join(dirname(here), '../../../cli/bundle/aip.js');
  const audit = join(folder, 'audit.jsonl');
  const session = new Session(aip, folder, audit);
  const samples = await session.run(minutes, rate);
  await session.finish();
  const verified = spawnSync(process.execPath, [aip, 'audit', 'verify', audit], { encoding: 'utf8' });
  process.stdout.write(verified.stdout);
  const { failures, answered } = session;
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

/** A client that asks for everything, and knows what it has to be answered. */
class Session {
  failures = [];
  answered = 0;
  expected = new Map();
  next = 0;

  constructor(aip, folder, audit) {
    const policy = join(folder, 'agent.yaml');
    writeFileSync(policy, POLICY);
    const log = ['--audit', audit, '--audit-max-size', '20M'];
    const rules = ['--ask', 'client', '--ask-limit', '100000', '--request-timeout', '60'];
    const words = ['proxy', '--policy', policy, ...log, ...rules, '--', process.execPath, here, '--server'];
    this.proxy = spawn(process.execPath, [aip, ...words]);
    this.proxy.stderr.resume();
    createInterface({ input: this.proxy.stdout }).on('line', (line) => this.take(line));
    const params = { protocolVersion: '2025-11-25', capabilities: { elicitation: {} } };
    this.ask('initialize', params);
  }

  /** Gives the memory of the proxy, in megabytes, ten times a second. */
  async run(minutes, rate) {
    const samples = [];
    const started = Date.now();
    let steps = 0;
    let told = 0;
    while (
      Date.now() < started + minutes * 60_000 &&
      this.failures.length === 0 &&
      this.proxy.exitCode === null
    ) {
      await sleep(100);
      const due = Math.floor(((Date.now() - started) / 1000) * rate);
      for (; steps < due && this.expected.size < MOST_OPEN; steps++) this.step(steps);
      const pid = String(this.proxy.pid);
      samples.push(Number(spawnSync('ps', ['-o', 'rss=', '-p', pid], { encoding: 'utf8' }).stdout) / 1024);
      const minute = Math.floor((Date.now() - started) / 60_000);
      if (minute <= told) continue;
      told = minute;
      const recent = samples.slice(-500);
      const most = Math.max(...recent).toFixed(1);
      process.stdout.write(
        `${minute} min  ${this.answered} answers  ${median(recent).toFixed(1)} MB (most ${most})\n`,
      );
    }
    return samples;
  }

  async finish() {
    for (let waited = 0; this.expected.size > 0 && waited < 300; waited++) await sleep(100);
    if (this.expected.size > 0) this.failures.push(`${this.expected.size} requests have no answer`);
    const closed = new Promise((resolve) => this.proxy.once('close', resolve));
    this.proxy.stdin.end();
    const status = this.proxy.exitCode ?? (await closed);
    if (status !== 0) this.failures.push(`the proxy ended with ${status}`);
  }

  step(number) {
    const call = (name, text, code) => this.ask('tools/call', { name, arguments: { text } }, code);
    if (number % 200 === 1) call('read', `${BIG} ${SECRET}`);
    else if (number % 50 === 2) call('confirm', `${number}`);
    else if (number % 20 === 3) call('forbidden', `${number}`, -32001);
    else if (number % 100 === 4) this.ask('tools/list', {});
    else if (number % 100 === 5) this.ask(`vendor/${number}`, {}, -32006);
    else if (number % 100 === 6) this.send({ method: 'x', Method: `${number}` });
    else if (number % 10 === 7) call('read', `hello ${SECRET}`);
    else call('read', `hello ${number}`);
  }

  ask(method, params, code = 0) {
    const id = this.next % 2 === 0 ? this.next : `n${this.next}`;
    this.next++;
    this.expected.set(id, code);
    this.send({ id, method, params });
  }

  send(message) {
    this.proxy.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  take(line) {
    if (line.includes(SECRET)) this.failures.push(`a secret came through: ${line.slice(0, 200)}`);
    const { id, method, error } = JSON.parse(line);
    if (method === 'roots/list') this.send({ id, result: { roots: [] } });
    else if (method === 'elicitation/create')
      this.send({ id, result: { action: 'accept', content: { decision: 'approve' } } });
    else if (method === undefined && id !== null) this.check(id, error?.code ?? 0);
  }

  check(id, code) {
    const wanted = this.expected.get(id);
    this.expected.delete(id);
    this.answered++;
    if (wanted === undefined) this.failures.push(`an answer that nobody waits for: ${id}`);
    else if (code !== wanted) this.failures.push(`${id}: ${code} instead of ${wanted}`);
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

if (process.argv.includes('--server')) serve();
else process.exitCode = await soak(readOption('minutes', 30), readOption('rate', 300));
