// Bundles the aip command: importing chevrotain's, ajv's and ink's many files costs a second at start-up,
// their bundle a tenth. Each command stays a chunk of its own, loaded only when it runs.
import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const cli = join(dirname(fileURLToPath(import.meta.url)), '..', 'packages/cli');
const outdir = process.argv[2] === undefined ? join(cli, 'bundle') : resolve(process.argv[2]);

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: { aip: join(cli, 'src/main.ts') },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  conditions: ['@agentpolicy/source'],
  // Ink asks for its developer tools only where DEV is set, and telemetry's exporters are the user's to install.
  external: [
    'react-devtools-core',
    '@opentelemetry/exporter-*',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-*',
  ],
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: false,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'external',
  // CommonJS parts of a bundle in ESM form still call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
