// What the proxy adds over stdio: latency, throughput, memory, start. Against no proxy, and one that only carries bytes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serializeTable } from '@agentpolicy/core';
import { TEN_PATTERNS } from './dlp-patterns.ts';
import { compileTable, makeCall, makePolicy } from './policies.ts';
import { type StdioClient, startClient } from './stdio-client.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const AIP = join(root, 'packages/cli/bundle/aip.js');
const FAST = [join(root, 'fixtures/servers/fast-server.mjs')];
const PASS_THROUGH = join(root, 'bench/servers/pass-through.mjs');
const LARGE = join(root, 'bench/servers/large-answers.mjs');

const work = mkdtempSync(join(tmpdir(), 'proxy-bench-'));
const table = join(work, 'bench.aip.json');
const scanning = join(work, 'scanning.aip.json');
const large = join(work, 'large.txt');

const policy = makePolicy(10);
writeFileSync(table, serializeTable(compileTable(policy)));
writeFileSync(
  scanning,
  serializeTable(compileTable({ ...policy, spec: { ...policy.spec, dlp: { patterns: [...TEN_PATTERNS] } } })),
);
const PROSE = 'The deployment of service-core finished at 12:40 and took 318 seconds on 14 machines. ';
writeFileSync(large, PROSE.repeat(Math.ceil(100_000 / PROSE.length)).slice(0, 100_000));

const { name, args } = makeCall(3);
const CALL = `${JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name, arguments: args } })}\n`;
/** Ids that are open may not be used again: each line of a chunk has its own, and a chunk is answered before it comes round. */
const callWithId = (id: number): string => CALL.replace('"id":7', `"id":${id}`);

interface Contender {
  readonly name: string;
  readonly argv: readonly string[];
}

const behindProxy = (
  file: string,
  server: readonly string[],
  ...flags: readonly string[]
): readonly string[] => [AIP, 'proxy', '--policy', file, ...flags, '--', process.execPath, ...server];

const CONTENDERS: readonly Contender[] = [
  { name: 'no proxy', argv: FAST },
  { name: 'pass-through', argv: [PASS_THROUGH, process.execPath, ...FAST] },
  { name: 'aip proxy', argv: behindProxy(table, FAST) },
  { name: 'aip proxy --audit', argv: behindProxy(table, FAST, '--audit', join(work, 'audit.jsonl')) },
];

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const milliseconds = async (run: () => Promise<void>): Promise<number> => {
  const start = process.hrtime.bigint();
  await run();
  return Number(process.hrtime.bigint() - start) / 1e6;
};

async function withClients(run: (clients: readonly StdioClient[]) => Promise<void>): Promise<void> {
  const clients = CONTENDERS.map(({ argv }) => startClient(process.execPath, argv));
  await run(clients);
  await Promise.all(clients.map((client) => client.end()));
}

async function benchLatency(): Promise<void> {
  await withClients(async (clients) => {
    const times = clients.map((): number[] => []);
    for (const client of clients) for (let warm = 0; warm < 3000; warm++) await client.roundTrip(CALL);
    for (let round = 0; round < 20; round++)
      for (const [at, client] of clients.entries())
        for (let trip = 0; trip < 200; trip++)
          times[at]?.push(await milliseconds(() => client.roundTrip(CALL)));
    const medians = times.map((each) => median(each) * 1000);
    const [direct = Number.NaN, pass = Number.NaN] = medians;
    console.log('\nround trip over stdio, medians of 4,000 calls in turns');
    CONTENDERS.forEach((contender, at) => {
      const time = medians[at] ?? Number.NaN;
      console.log(
        `  ${contender.name.padEnd(18)} ${time.toFixed(0).padStart(6)} µs  +${(time - direct).toFixed(0).padStart(4)} µs` +
          `  ${((time - direct) / (pass - direct)).toFixed(2)}x what pass-through adds, ${(time / pass).toFixed(2)}x its round trip`,
      );
    });
  });
}

const CHUNK_LINES = 200;
const CHUNK = Array.from({ length: CHUNK_LINES }, (_, at) => callWithId(at)).join('');

/** Chunks with ids that are all different, so that many can be on their way. */
function chunkAt(index: number): string {
  return Array.from({ length: CHUNK_LINES }, (_, at) => callWithId(index * CHUNK_LINES + at)).join('');
}

async function benchThroughput(): Promise<void> {
  await withClients(async (clients) => {
    const chunks = Array.from({ length: 100 }, (_, index) => chunkAt(index));
    const big = chunks.join('');
    const lines = chunks.length * CHUNK_LINES;
    const rates = clients.map((): number[] => []);
    for (let round = 0; round < 9; round++)
      for (const [at, client] of clients.entries()) {
        const time = await milliseconds(() => client.pipeline(big, lines, 1));
        if (round > 1) rates[at]?.push((lines / time) * 1000);
      }
    console.log(
      `\npipelined calls of ${CALL.length} bytes, medians of 7 rounds of ${lines.toLocaleString('en-US')}`,
    );
    CONTENDERS.forEach((contender, at) => {
      const rate = median(rates[at] ?? []);
      console.log(
        `  ${contender.name.padEnd(18)} ${Math.round(rate).toLocaleString('en-US').padStart(9)} calls/s`,
      );
    });
  });
}

async function benchLargeAnswers(): Promise<void> {
  console.log('\nanswers of 100 KB, calls/s');
  const servers: readonly Contender[] = [
    { name: 'no proxy', argv: [LARGE, large] },
    { name: 'pass-through', argv: [PASS_THROUGH, process.execPath, LARGE, large] },
    { name: 'aip proxy, ten DLP patterns', argv: behindProxy(scanning, [LARGE, large]) },
  ];
  for (const { name: title, argv } of servers) {
    const client = startClient(process.execPath, argv);
    await client.pipeline(CHUNK, CHUNK_LINES, 1);
    const time = await milliseconds(() => client.pipeline(CHUNK, CHUNK_LINES, 1));
    console.log(
      `  ${title.padEnd(28)} ${Math.round((CHUNK_LINES / time) * 1000)
        .toLocaleString('en-US')
        .padStart(7)}`,
    );
    await client.end();
  }
}

async function benchMemory(): Promise<void> {
  console.log('\nmemory of the process in front, MiB (peak, at the end)');
  const show = (title: string, client: StdioClient): void => {
    const memory = client.memory();
    const text = memory === null ? 'not told here' : `${memory.peak.toFixed(0)}, ${memory.now.toFixed(0)}`;
    console.log(`  ${title.padEnd(52)} ${text}`);
  };
  const idle = startClient(process.execPath, ['-e', 'process.stdin.resume()']);
  await new Promise((resolve) => setTimeout(resolve, 300));
  show('node that does nothing', idle);
  await idle.end();
  for (const { name: title, argv } of CONTENDERS.slice(1)) {
    const client = startClient(process.execPath, argv);
    await client.roundTrip(CALL);
    show(`${title}, after the first call`, client);
    // One chunk at a time: a million calls over a connection that is busy, not one that is flooded.
    for (let chunk = 0; chunk < 5000; chunk++) await client.pipeline(CHUNK, CHUNK_LINES, 1);
    show(`${title}, after a million calls`, client);
    await client.end();
  }
  const line = Buffer.alloc(50 * 1024 * 1024, 'x').toString('latin1');
  const overlong = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${line}"}}\n`;
  for (const { name: title, argv } of CONTENDERS.slice(1, 3)) {
    const client = startClient(process.execPath, argv);
    await client.roundTrip(CALL);
    for (let sent = 0; sent < 10; sent++) await client.roundTrip(overlong);
    show(`${title}, after ten lines of 50 MB`, client);
    await client.end();
  }
}

async function benchStart(): Promise<void> {
  const times = CONTENDERS.map((): number[] => []);
  for (let round = 0; round < 11; round++)
    for (const [at, { argv }] of CONTENDERS.entries()) {
      let client: StdioClient | undefined;
      times[at]?.push(
        await milliseconds(async () => {
          client = startClient(process.execPath, argv);
          await client.roundTrip(CALL);
        }),
      );
      await client?.end();
    }
  const [direct = Number.NaN] = times.map(median);
  console.log('\nfrom the start to the first answer, medians of 11');
  CONTENDERS.forEach((contender, at) => {
    const time = median(times[at] ?? []);
    console.log(
      `  ${contender.name.padEnd(18)} ${time.toFixed(0).padStart(5)} ms  +${(time - direct).toFixed(0)} ms`,
    );
  });
}

try {
  await benchLatency();
  await benchThroughput();
  await benchLargeAnswers();
  await benchMemory();
  await benchStart();
} finally {
  rmSync(work, { recursive: true, force: true });
}
