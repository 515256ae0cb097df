/**
 * The proxy between a client on standard input and a server behind a URL, as a process of its own. Its one argument is
 * JSON.
 */
import { ProxyError } from '../../src/errors/proxy-error.ts';
import { runRemoteWithEngine } from '../../src/http/run-remote-proxy.ts';
import { createStubEngine, type StubOptions } from '../support/stub-engine.ts';

export interface RemoteRunnerOptions {
  readonly engine: StubOptions;
  readonly url: string;
  readonly legacy?: boolean;
}

const options: RemoteRunnerOptions = JSON.parse(process.argv[2] ?? '{}');
const engine = createStubEngine(options.engine);
try {
  process.exit(
    await runRemoteWithEngine(
      {
        table: engine.table,
        policyFiles: [],
        home: '/home/user',
        cwd: process.cwd(),
        foldCase: false,
        now: () => new Date(),
        clock: () => performance.now(),
        stdin: process.stdin,
        stdout: process.stdout,
        stderr: process.stderr,
        signals: process,
        upstream: {
          kind: 'remote',
          url: new URL(options.url),
          headers: new Map([['x-from', 'aip']]),
          legacy: options.legacy === true,
        },
      },
      engine,
    ),
  );
} catch (error) {
  if (!(error instanceof ProxyError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 2;
}
