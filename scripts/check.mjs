// Everything about the source that can be checked without running the product.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bin, root, run, setup } from './setup.mjs';

setup();
checkBundle();
run('types of the tests', bin('tsc'), ['-p', 'tsconfig.tests.json']);
run('format and lint', bin('biome'), ['check', '--error-on-warnings']);
run('unused files, exports and dependencies', bin('knip'), []);
run('generated files are up to date', process.execPath, [join(root, 'scripts/generate.mjs'), '--check']);
run('who imports whom', bin('vitest'), ['run', 'scripts/topology.test.ts']);

/** The bundle is committed, so that hooks and the Action run with nothing to build: it must be that of the sources. */
function checkBundle() {
  const { stdout, status } = spawnSync('git', ['status', '--porcelain', '--', 'packages/cli/bundle'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0 && stdout === '') return;
  console.error(stdout);
  console.error(
    'failed: packages/cli/bundle is not what the sources give: commit what `npm run bundle` wrote',
  );
  process.exit(1);
}
