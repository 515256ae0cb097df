/**
 * The HTTP proxy as a process of its own, before a command line is put around it. Its one argument is JSON; says on
 * standard output where it listens.
 */
import { runHttpWithEngine } from '../../src/http/run-http-proxy.ts';
import { createStubEngine, type StubOptions } from '../support/stub-engine.ts';

export interface HttpRunnerOptions {
  readonly engine: StubOptions;
  /** A server's URL, or the words of a command. */
  readonly upstream: string | readonly string[];
}

const { engine: stub, upstream }: HttpRunnerOptions = JSON.parse(process.argv[2] ?? '{}');
const engine = createStubEngine(stub);
process.exit(
  await runHttpWithEngine(
    {
      table: engine.table,
      policyFiles: [],
      home: '/home/user',
      cwd: process.cwd(),
      foldCase: false,
      env: process.env,
      now: () => new Date(),
      clock: () => performance.now(),
      stderr: process.stderr,
      signals: process,
      listen: { host: '127.0.0.1', port: 0 },
      upstream:
        typeof upstream === 'string'
          ? { kind: 'remote', url: new URL(upstream), headers: new Map() }
          : { kind: 'local', target: upstream },
      onListening: (url) => process.stdout.write(`${url.href}\n`),
    },
    engine,
  ),
);
