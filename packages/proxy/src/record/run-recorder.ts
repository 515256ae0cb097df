import type { Readable, Writable } from 'node:stream';
import type { DecisionTable } from '@agentpolicy/core';
import { createEngine, type Engine, EngineError } from '@agentpolicy/engine';
import { ProxyError } from '../errors/proxy-error.ts';
import { DEFAULT_END_TIMES, type EndTimes } from '../stdio/end-server.ts';
import { createLog } from '../stdio/log.ts';
import { DEFAULT_MAX_LINE_BYTES } from '../stdio/run-with-engine.ts';
import { type ServerProcess, startServer } from '../stdio/server-process.ts';
import { type SignalSource, watchSignals } from '../stdio/signals.ts';
import { supervise } from '../stdio/supervise.ts';
import { printable } from '../text/printable.ts';
import { createMask } from './mask.ts';
import { createRecording } from './recording.ts';
import { createLineRedactor, type LineRedactor } from './redact-line.ts';
import { relay } from './relay.ts';
import { openTraceFile, type TraceFile } from './trace-file.ts';

const MAX_LABEL = 500;
const PREFIX = '[aip-record] ';

/** What secrets are found with. */
export interface Redaction {
  /** Its DLP patterns are used, whatever their scope. */
  readonly table: DecisionTable;
  /** The table is a policy's, and not only a list of patterns: it is asked whether it decides the same. */
  readonly decides: boolean;
}

export interface RecorderOptions {
  /** Absolute path of the trace. */
  readonly path: string;
  /** Go on in a trace that exists. */
  readonly append?: boolean;
  /** Past so many bytes the trace goes on in another file. */
  readonly maxFileBytes?: number;
  /** Null: secrets are written as they pass. */
  readonly redaction: Redaction | null;
  readonly sessionId: string;
  readonly serverLabel: string;
  /** The server's program and its arguments. */
  readonly target: readonly string[];
  /** Absolute paths: what `~` stands for, and where the server runs. */
  readonly home: string;
  readonly cwd: string;
  /** The file system treats `A` and `a` as one name. */
  readonly foldCase: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Time for the trace. */
  readonly now: () => Date;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly signals: SignalSource;
  /** Bytes of a message, 16 MiB unless told; of a longer one only the beginning and the end are recorded. */
  readonly maxLineBytes?: number;
  readonly endTimes?: EndTimes;
}

/**
 * Runs a server and carries every byte between it and its client unchanged, while a trace of what passes is
 * written. Ends as `runProxy` does, and resolves with the same status; 1 in the place of 0 where lines of the
 * trace could not be written.
 * @throws ProxyError where the trace, the patterns or the command can't be used; nothing runs then.
 */
export async function runRecorder(options: RecorderOptions): Promise<number> {
  const redactor = options.redaction === null ? null : createTraceRedactor(options.redaction, options);
  const log = createLog(options.stderr, { prefix: PREFIX });
  const file = openTraceFile({
    path: options.path,
    append: options.append ?? false,
    ...(options.maxFileBytes === undefined ? {} : { maxBytes: options.maxFileBytes }),
    onTrouble: (message) => log.line(message),
  });
  let server: ServerProcess | null = null;
  const killServer = (): void => {
    server?.signalGroup('SIGKILL');
  };
  const interruption = watchSignals(options.signals, killServer);
  try {
    server = await startServer({ argv: options.target, cwd: options.cwd, env: options.env });
    log.line(
      `Recording to ${options.path} what passes to PID ${server.pid}: ${printable(options.target.join(' '), MAX_LABEL)}`,
    );
    const recording = createRecording({
      file,
      redactor,
      now: options.now,
      maxLineBytes: options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
      sessionId: options.sessionId,
      serverLabel: options.serverLabel,
    });
    const client = { input: options.stdin, output: options.stdout };
    const status = await supervise({
      server,
      connection: relay({ client, server, recording, log }),
      output: options.stdout,
      errors: options.stderr,
      interruption,
      log,
      times: options.endTimes ?? DEFAULT_END_TIMES,
      hasPending: recording.hasPending,
    });
    return status === 0 && hasHoles(file) ? 1 : status;
  } catch (cause) {
    killServer();
    throw cause;
  } finally {
    interruption.stop();
    options.stdin.destroy();
    file.close();
  }
}

function hasHoles(file: TraceFile): boolean {
  return file.lost > 0;
}

/**
 * Makes what takes secrets out of the lines of a trace.
 * @throws ProxyError where the table has no DLP patterns, or is damaged.
 */
export function createTraceRedactor(
  redaction: Redaction,
  { home, cwd, foldCase }: Pick<RecorderOptions, 'home' | 'cwd' | 'foldCase'>,
): LineRedactor {
  const { dlp } = redaction.table;
  if (dlp === null)
    throw new ProxyError('unsupported-policy', 'the policy has no DLP patterns: nothing would be redacted');
  // Nothing is enforced here: what a policy asks for beyond its patterns is not missed, and no limit is kept.
  const table = { ...redaction.table, requires: [], dlp: { ...dlp, maxScanSize: null } };
  let engine: Engine;
  try {
    engine = createEngine(table, { clock: () => 0, home, cwd, foldCase, ownFiles: [] });
  } catch (cause) {
    if (cause instanceof EngineError) throw new ProxyError('bad-table', cause.message);
    throw cause;
  }
  if (engine.logs === null)
    throw new ProxyError('unsupported-policy', 'the policy has no DLP patterns: nothing would be redacted');
  return createLineRedactor(createMask(engine.logs), redaction.decides ? engine : null);
}
