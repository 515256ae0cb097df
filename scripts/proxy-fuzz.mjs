/**
 * Sends mutated recorded traffic through the proxy's gateway, both ways, and has every line that comes out read by a
 * second, lenient reader: nothing forbidden may reach the server, no secret the client, and nothing may throw.
 *   node scripts/proxy-fuzz.mjs [--seconds 600] [--seed 1]
 * Ends with 1 at the first failure, which it prints with the input that repeats it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function readOption(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  process.stderr.write(`--${name} takes a whole number\n`);
  process.exit(2);
}

const seconds = readOption('seconds', 600);
const seed = readOption('seed', 1);
const folder = mkdtempSync(join(tmpdir(), 'proxy-fuzz-'));
try {
  await build({
    entryPoints: ['run-fuzz', 'corpus'].map((name) => join(root, `packages/proxy/test/fuzz/${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@agentpolicy/source'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  const { runFuzz } = await import(pathToFileURL(join(folder, 'run-fuzz.mjs')));
  const { readCorpus } = await import(pathToFileURL(join(folder, 'corpus.mjs')));
  const corpus = readCorpus([join(root, 'fixtures/traces'), join(root, '..', 'shared', 'traces')]);
  const start = performance.now();
  const total = { messages: 0, toServer: 0, toClient: 0 };
  // A run of its own for each seed: a failure repeats from its own beginning, not from the first run's.
  for (let run = seed; performance.now() - start < seconds * 1000; run++) {
    const counts = runFuzz({ seed: run, messages: 100_000, corpus });
    for (const key of Object.keys(total)) total[key] += counts[key];
    const spent = (performance.now() - start) / 1000;
    console.log(
      `seed ${run}: ${total.messages} messages in ${spent.toFixed(0)} s, ${total.toServer} reached the server, ${total.toClient} the client`,
    );
  }
  console.log(`no failure in ${total.messages} messages over ${corpus.length} recorded ones`);
} catch (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
