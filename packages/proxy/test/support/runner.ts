/**
 * The proxy as a process of its own, before a command line is put around it. Its one argument is JSON:
 * what the stub engine decides, the server to start, and where the audit log goes.
 */
import { randomBytes } from 'node:crypto';
import { ProxyError } from '../../src/errors/proxy-error.ts';
import { runWithEngine } from '../../src/stdio/run-with-engine.ts';
import { createStubEngine, type StubOptions } from './stub-engine.ts';

export interface RunnerOptions {
  readonly engine: StubOptions;
  readonly target: readonly string[];
  readonly auditPath?: string;
  readonly verbose?: boolean;
  /** The client is asked about its own calls. */
  readonly askClient?: boolean;
}

const options: RunnerOptions = JSON.parse(process.argv[2] ?? '{}');
const engine = createStubEngine(options.engine);
try {
  const status = await runWithEngine(
    {
      table: engine.table,
      policyFiles: [],
      target: options.target,
      ...(options.auditPath === undefined ? {} : { auditPath: options.auditPath }),
      verbose: options.verbose ?? false,
      ...(options.askClient === true ? { askClient: { randomBytes } } : {}),
      home: '/home/user',
      cwd: process.cwd(),
      foldCase: false,
      env: process.env,
      now: () => new Date(),
      clock: () => performance.now(),
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      signals: process,
    },
    engine,
  );
  process.exit(status);
} catch (error) {
  if (!(error instanceof ProxyError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 2;
}
