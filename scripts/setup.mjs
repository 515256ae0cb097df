// Sets up a fresh clone: pnpm through npx, the locked dependencies, the build.
// Does nothing where nothing changed, so that `npm test` and `npm run demo` can always call it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const PNPM = 'pnpm@12.21.0';

/** Runs a command in the repository's root with its output shown; ends this process where it fails. */
export function run(title, command, args, options = {}) {
  console.log(`\n> ${title}`);
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
  if (result.error) throw result.error;
  if (result.status !== 0) {
    console.error(`failed: ${[command, ...args].join(' ')} (exit ${result.status ?? result.signal})`);
    process.exit(result.status || 1);
  }
}

/** The path of a locked tool's executable, for example `bin('tsc')`. */
export function bin(name) {
  return join(root, 'node_modules', '.bin', name);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node 20.19 or later is needed; this is ${process.version}.`);
    process.exit(2);
  }
}

function installed() {
  const stamp = join(root, 'node_modules', '.modules.yaml');
  const locked = join(root, 'node_modules', '.pnpm', 'lock.yaml');
  if (!existsSync(stamp) || !existsSync(locked)) return false;
  return readFileSync(locked, 'utf8') === readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
}

/** Installs what the lock file names and builds every package. */
export function setup() {
  checkNode();
  if (!installed()) {
    run('installing the locked dependencies (pnpm through npx)', 'npx', [
      '--yes',
      PNPM,
      'install',
      '--frozen-lockfile',
    ]);
  }
  run('building the packages', bin('tsc'), ['-b']);
  run('bundling the aip command', process.execPath, [join(root, 'scripts', 'bundle.mjs')]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) setup();
