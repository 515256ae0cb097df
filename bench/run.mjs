// Bundles and runs the benchmarks: all of them, or those whose name holds a given word.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv[2] ?? '';
const names = readdirSync(here).filter((name) => name.endsWith('.bench.ts') && name.includes(wanted));
if (names.length === 0) {
  console.error(`no benchmark has \`${wanted}\` in its name`);
  process.exit(3);
}

// Inside this package, so that what is left out of the bundle is found.
const folder = mkdtempSync(join(here, 'node_modules', '.bench-'));
try {
  await build({
    // What the start-up benchmark spawns is a bundle of its own.
    entryPoints: [...names, 'decide-once.ts'].map((name) => join(here, name)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['@agentpolicy/source'],
    external: ['@cedar-policy/*', 'casbin', '@modelcontextprotocol/*'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}`);
  for (const name of names.sort()) {
    const { status } = spawnSync(
      process.execPath,
      ['--expose-gc', join(folder, name.replace(/\.ts$/, '.mjs'))],
      {
        stdio: 'inherit',
      },
    );
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
