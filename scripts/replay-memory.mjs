// Shows that replaying a trace takes memory that does not grow with it, and time that grows no faster:
// `node scripts/replay-memory.mjs [SIZE...]`, sizes as make-trace.mjs has them (512m 1g 2g unless told). Each trace is
// made, replayed by the built command in one thread, and removed. Exits with 1 where a replay needs 150 MB or more, or
// where the last one needs more than a fifth beyond the first.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LIMIT_MB = 150;
const TOLERANCE = 1.2;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const aip = process.env.AIP_BUNDLE ?? join(root, 'packages/cli/bundle/aip.js');
const sizes = process.argv.length > 2 ? process.argv.slice(2) : ['512m', '1g', '2g'];

// What the process itself says at its end: the most memory that it ever held, and the time that it computed.
const report =
  "process.on('exit', () => { const { maxRSS, userCPUTime } = process.resourceUsage(); process.stderr.write('@' + maxRSS + ' ' + userCPUTime + '@'); });";

function run(args, options = {}) {
  const result = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (result.status === 0) return result;
  process.stderr.write(result.stderr);
  throw new Error(`${args.join(' ')} ended with ${result.status}`);
}

const folder = mkdtempSync(join(tmpdir(), 'aip-memory-'));
const peaks = [];
try {
  const trace = join(folder, 'trace.jsonl');
  const policy = join(folder, 'policy.yaml');
  writeFileSync(
    join(folder, 'all.aip-test.yaml'),
    'policy: policy.yaml\ntraces: [trace.jsonl]\ndefault: allow\n',
  );
  for (const size of sizes) {
    run([join(root, 'scripts/make-trace.mjs'), trace, size, '--policy', policy]);
    const args = ['--import', `data:text/javascript,${encodeURIComponent(report)}`, aip];
    const { stdout, stderr } = run([...args, 'test', folder, '--jobs', '1', '--quiet', '--format', 'json']);
    const [, kib, us] = /@([0-9]+) ([0-9]+)@/.exec(stderr) ?? [];
    const [{ traces }] = JSON.parse(stdout).suites;
    const seconds = Number(us) / 1e6;
    const peak = (Number(kib) * 1024) / 1e6;
    peaks.push(peak);
    const mebibytes = (statSync(trace).size / 1024 ** 2).toFixed(0);
    const calls = traces[0].toolCalls;
    console.log(
      `${mebibytes.padStart(6)} MiB  ${calls.toLocaleString('en-US').padStart(10)} calls and their answers  ` +
        `peak ${peak.toFixed(0).padStart(4)} MB  ${seconds.toFixed(1).padStart(6)} s of computing  ` +
        `${Math.round(calls / seconds).toLocaleString('en-US')} calls/s`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const [first = 0] = peaks;
const isFlat = Math.max(...peaks) < LIMIT_MB && (peaks.at(-1) ?? 0) <= first * TOLERANCE;
console.log(isFlat ? 'flat' : `not flat: below ${LIMIT_MB} MB and no growth is wanted`);
process.exitCode = isFlat ? 0 : 1;
