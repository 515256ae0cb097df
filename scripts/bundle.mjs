// Bundles the aip command: importing chevrotain's, ajv's and ink's many files costs a second at start-up,
// their bundle a tenth. Each command stays a chunk of its own, loaded only when it runs.
import crypto from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { formatThirdPartyNotices } from './third-party.mjs';

const cli = join(dirname(fileURLToPath(import.meta.url)), '..', 'packages/cli');
const outdir = process.argv[2] === undefined ? join(cli, 'bundle') : resolve(process.argv[2]);

/**
 * What is only needed where a text has more than ASCII, a folder is searched, something is hashed, a command is a
 * program of its own: loaded at the first call instead of at every start.
 */
const LAZY = new Map([
  ['string-width', { names: ['default'], importer: /packages\/cli\/src\// }],
  ['tinyglobby', { names: ['globSync'], importer: /packages\/cli\/src\// }],
  ['ignore', { names: ['default'], importer: /packages\/cli\/src\// }],
  ['node:child_process', { names: ['spawn'], importer: /node_modules\/commander\// }],
  ['node:crypto', { names: listFunctions(crypto), importer: /packages\/(?:core|spec|lint|cli)\/src\// }],
]);

/** Functions that are called without `new`. */
function listFunctions(module) {
  return Object.keys(module).filter((name) => /^[a-z]/.test(name) && typeof module[name] === 'function');
}

/** @type {import('esbuild').Plugin} */
const lazyModules = {
  name: 'lazy-modules',
  setup(plugin) {
    plugin.onResolve({ filter: /.*/ }, ({ path, importer, namespace, resolveDir }) => {
      const lazy = LAZY.get(path);
      if (lazy === undefined || namespace === 'lazy' || !lazy.importer.test(importer)) return undefined;
      return { path, namespace: 'lazy', pluginData: { names: lazy.names, resolveDir }, sideEffects: false };
    });
    plugin.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData: { names, resolveDir } }) => ({
      contents: names.map((name) => writeWrapper(path, name)).join('\n'),
      resolveDir,
    }));
  },
};

/** A function that loads its module when it is called. A module of CommonJS is its own default. */
function writeWrapper(path, name) {
  const [head, target] =
    name === 'default'
      ? ['default function load', '(loaded.default ?? loaded)']
      : [`function ${name}`, `loaded.${name}`];
  return `export ${head}(...args) {
    const loaded = require('${path}');
    return ${target}(...args);
  }`;
}

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
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
  plugins: [lazyModules],
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: false,
  minifySyntax: true,
  minifyWhitespace: true,
  // The licences of what is bundled stand in one file, whole.
  legalComments: 'none',
  metafile: true,
  // CommonJS parts of a bundle in ESM form still call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
writeFileSync(join(outdir, 'THIRD-PARTY-NOTICES.txt'), formatThirdPartyNotices(metafile, process.cwd()));
