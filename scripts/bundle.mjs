// Bundles the aip command: importing chevrotain's, ajv's and ink's many files costs a second at start-up,
// their bundle a tenth. Each command stays a chunk of its own, loaded only when it runs.
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { formatThirdPartyNotices } from './third-party.mjs';

const cli = join(dirname(fileURLToPath(import.meta.url)), '..', 'packages/cli');
const outdir = process.argv[2] === undefined ? join(cli, 'bundle') : resolve(process.argv[2]);

/**
 * What is only needed where a text has more than ASCII, a folder is searched, a command is a program of its own:
 * evaluated at the first call instead of at every start.
 */
const LAZY = [
  { module: 'string-width', names: ['default'] },
  { module: 'tinyglobby', names: ['globSync'] },
  { module: 'ignore', names: ['default'] },
  { module: 'node:child_process', names: ['spawn'], importer: /node_modules\/commander\// },
];

/** @type {import('esbuild').Plugin} */
const lazyModules = {
  name: 'lazy-modules',
  setup(plugin) {
    plugin.onResolve({ filter: /^(?:string-width|tinyglobby|ignore|node:child_process)$/ }, (found) => {
      const at = LAZY.findIndex(({ module }) => module === found.path);
      const { importer = /packages\/cli\/src\// } = LAZY[at];
      if (found.namespace === 'lazy' || !importer.test(found.importer)) return undefined;
      return {
        path: found.path,
        namespace: 'lazy',
        pluginData: { ...LAZY[at], resolveDir: found.resolveDir },
      };
    });
    plugin.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ pluginData: { module, names, resolveDir } }) => ({
      contents: names.map((name) => writeWrapper(module, name)).join('\n'),
      resolveDir,
    }));
  },
};

/** A function that loads its module when it is called. A module of CommonJS has its default on itself. */
function writeWrapper(module, name) {
  const target = name === 'default' ? '(loaded.default ?? loaded)' : `loaded.${name}`;
  return `${name === 'default' ? 'export default' : 'export'} function ${name === 'default' ? 'load' : name}(...args) {
    const loaded = require('${module}');
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
