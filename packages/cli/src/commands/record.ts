import { randomUUID } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { ProxyError, type Redaction, runRecorder } from '@agentpolicy/proxy';
import { parseSize } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { readMachineFacts } from '../input/environment.ts';
import { loadPolicy } from '../input/load-table.ts';
import { compileSecretPolicy } from '../trace/secret-patterns.ts';
import { readTarget } from './proxy.ts';

interface RecordOptions {
  readonly output?: string;
  readonly target?: string;
  readonly append: boolean;
  readonly raw: boolean;
  readonly policy?: string;
  readonly maxSize?: string;
  readonly label?: string;
}

/** `aip record`: writes down a session until the client or the server ends; the status is the server's. */
export async function runRecord(
  context: CommandContext,
  command: readonly string[],
  options: RecordOptions,
): Promise<never> {
  const target = readTarget(command, options.target);
  const redaction = await loadRedaction(context, options);
  const maxFileBytes = readMaxSize(options.maxSize);
  const now = new Date();
  try {
    const status = await runRecorder({
      path: resolve(
        context.cwd,
        options.output ?? `aip-trace-${now.toISOString().replaceAll(':', '-')}.jsonl`,
      ),
      append: options.append,
      ...(maxFileBytes === undefined ? {} : { maxFileBytes }),
      redaction,
      sessionId: randomUUID(),
      serverLabel: options.label ?? labelOf(target.argv),
      target: target.argv,
      ...readMachineFacts(context),
      env: context.environment,
      now: () => new Date(),
      stdin: context.stdin,
      stdout: context.stdout,
      stderr: context.stderr,
      signals: process,
    });
    // What could be delivered was: a client that reads no more must not keep the process alive.
    process.exit(status);
  } catch (failure) {
    if (failure instanceof ProxyError) throw new CliError(failure.message);
    throw failure;
  }
}

async function loadRedaction(context: CommandContext, options: RecordOptions): Promise<Redaction | null> {
  const { raw, policy } = options;
  if (raw && policy !== undefined)
    throw new CliError('--raw redacts nothing, and --policy says what to redact', 'give one of them');
  if (raw) return null;
  if (policy === undefined) return { table: compileSecretPolicy(), decides: false };
  const { table } = await loadPolicy(context, policy);
  if (table.dlp === null || table.dlp.patterns.length === 0)
    throw new CliError(
      `\`${policy}\` has no DLP patterns: nothing would be redacted`,
      'leave --policy out to redact well-known tokens, or say --raw',
    );
  return { table, decides: true };
}

function readMaxSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const size = parseSize(text);
  if (size.ok) return size.value;
  throw new CliError(`\`--max-size ${text}\`: ${size.problem}`);
}

/** The last word of the command that names a program or a package: `npx -y some-server /srv` is `some-server`. */
function labelOf(argv: readonly string[]): string {
  const launchers = new Set(['npx', 'node', 'python', 'python3', 'uvx', 'uv', 'bunx', 'deno', 'run']);
  const words = argv.map((word) => basename(word)).filter((word) => word !== '' && !word.startsWith('-'));
  return words.find((word) => !launchers.has(word)) ?? words[0] ?? 'server';
}
