// Everything about the source that can be checked without running the product.
import { join } from 'node:path';
import { bin, root, run, setup } from './setup.mjs';

setup();
run('types of the tests', bin('tsc'), ['-p', 'tsconfig.tests.json']);
run('format and lint', bin('biome'), ['check', '--error-on-warnings']);
run('unused files, exports and dependencies', bin('knip'), []);
run('generated files are up to date', process.execPath, [join(root, 'scripts/generate.mjs'), '--check']);
run('who imports whom', bin('vitest'), ['run', 'scripts/topology.test.ts']);
