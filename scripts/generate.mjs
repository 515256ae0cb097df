// Writes every generated file, or with --check fails where one differs from what would be written.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = dirname(fileURLToPath(import.meta.url));
const generators = readdirSync(scripts).filter(
  (name) => name.startsWith('generate-') && name.endsWith('.mjs'),
);

let failed = 0;
for (const name of generators.sort()) {
  console.log(`> ${name}`);
  const { status } = spawnSync(process.execPath, [join(scripts, name), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  if (status !== 0) failed++;
}
if (failed > 0) {
  console.error(`${failed} of ${generators.length} generators failed`);
  process.exit(1);
}
