import { resolve } from 'node:path';
import { EngineError } from '@agentpolicy/engine';
import { ProxyError, runProxy, splitCommand } from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT } from '../exit-status.ts';
import { boundMemory } from '../input/bound-memory.ts';
import { readMachineFacts } from '../input/environment.ts';
import { type LoadedPolicy, loadPolicy } from '../input/load-table.ts';
import { readPolicyFile, STDIN } from '../input/read-text.ts';
import { listTrustFiles, type TrustedKey } from '../input/trusted-key.ts';
import { watchPolicy } from '../input/watch-policy.ts';
import type { HttpFlags } from '../program/http-options.ts';
import type { ProxyFlags } from '../program/proxy.ts';
import type { EnforcementFlags } from '../program/proxy-options.ts';
import { openTelemetry } from '../telemetry/open-telemetry.ts';
import { readAuditSettings } from './audit-settings.ts';
import { readEnforcementSettings } from './enforcement-settings.ts';

/** Milliseconds that a collector has to take what is left at the end. */
const LAST_TELEMETRY = 2000;

/** `aip proxy`: enforces a policy until the client or the server ends; the status is the server's. */
export async function runProxyCommand(
  context: CommandContext,
  command: readonly string[],
  options: ProxyFlags,
): Promise<never> {
  boundMemory();
  endOnFault(context);
  if (options.policy === STDIN) {
    throw new CliError(
      "the proxy can't read its policy from standard input",
      'that is where the MCP client speaks: give a file',
    );
  }
  const keys = await readKeys(context, options);
  if (isAboutHttp(options)) await serveHttp(context, command, options, keys);
  const target = readTarget(command, options.target);
  const telemetry = await openTelemetry(context, options.otlpEndpoint, 'pipe');
  const { table } = await loadPolicy(context, options.policy, keys, readPolicyFile);
  try {
    const status = await runProxy({
      table,
      policyFiles: [
        resolve(context.cwd, options.policy),
        ...listTrustFiles(context, options.policy, options.publicKey),
      ],
      target: target.argv,
      targetLabel: target.label,
      ...(options.audit === undefined ? {} : { auditPath: resolve(context.cwd, options.audit) }),
      audit: readAuditSettings(context, options),
      verbose: options.verbose,
      ...readEnforcementSettings(context, options),
      ...(options.watch ? { watchTable: watchPolicy(context, options.policy, keys) } : {}),
      ...(telemetry === null ? {} : { observer: telemetry }),
      ...readMachineFacts(context),
      env: context.environment,
      now: () => new Date(),
      clock: () => performance.now(),
      stdin: context.stdin,
      stdout: context.stdout,
      stderr: context.stderr,
      signals: process,
    });
    await telemetry?.shutdown(LAST_TELEMETRY);
    // What could be delivered was: a client that reads no more must not keep the process alive.
    process.exit(status);
  } catch (failure) {
    if (failure instanceof EngineError || failure instanceof ProxyError) throw new CliError(failure.message);
    throw failure;
  }
}

/**
 * The last resort: whatever fails outside of a message must not print what it knows, and leaves no server behind
 * (its group is ended with the process).
 */
function endOnFault(context: CommandContext): void {
  process.once('uncaughtException', (failure) => {
    const kind = failure instanceof Error ? failure.name : 'a failure';
    context.warn(`aip: internal error in the proxy (${kind}), please report it with the command`);
    process.exit(EXIT.internal);
  });
}

/** The keys of which one must have signed the policy; none where signatures are not asked for. */
async function readKeys(context: CommandContext, options: EnforcementFlags): Promise<readonly TrustedKey[]> {
  const { publicKey = [], requireSignature } = options;
  if (requireSignature && publicKey.length === 0)
    throw new CliError(
      '--require-signature: there is no key to verify a signature with',
      'give --public-key FILE',
    );
  if (publicKey.length === 0) return [];
  const { readTrustedKeys } = await import('../input/verify-signature.ts');
  return readTrustedKeys(context, publicKey);
}

/** Some of the flags are about HTTP. */
function isAboutHttp(flags: HttpFlags): boolean {
  const { listen, upstream, header, ca, listenToken, tlsCert, tlsKey, allowHost, allowOrigin } = flags;
  const given = [listen, upstream, header, ca, listenToken, tlsCert, tlsKey, allowHost, allowOrigin];
  return flags.upstreamSse || flags.insecureHttp || given.some((flag) => flag !== undefined);
}

/** Never returns: what is still open would keep the process alive. */
async function serveHttp(
  context: CommandContext,
  command: readonly string[],
  options: ProxyFlags,
  keys: readonly TrustedKey[],
): Promise<never> {
  if (options.upstream !== undefined && (options.target !== undefined || command.length > 0))
    throw new CliError('the server is given twice', 'give either --upstream URL or a command');
  const telemetry = await openTelemetry(
    context,
    options.otlpEndpoint,
    options.listen === undefined ? 'pipe' : 'tcp',
  );
  try {
    const sources = {
      load: (): Promise<LoadedPolicy> => loadPolicy(context, options.policy, keys, readPolicyFile),
      watch: () => watchPolicy(context, options.policy, keys),
      readTarget: () => readTarget(command, options.target),
      observer: telemetry,
    };
    // Loaded where it is used: a proxy over stdio starts as fast without.
    const { runHttpProxyCommand } = await import('./proxy-http.ts');
    const status = await runHttpProxyCommand(context, sources, options);
    await telemetry?.shutdown(LAST_TELEMETRY);
    process.exit(status);
  } catch (failure) {
    if (failure instanceof EngineError || failure instanceof ProxyError) throw new CliError(failure.message);
    throw failure;
  }
}

/** The server's command from `--target` or from the words behind `--`. */
export function readTarget(
  command: readonly string[],
  target: string | undefined,
): { readonly argv: readonly string[]; readonly label: string } {
  if (target !== undefined && command.length > 0) {
    throw new CliError('the server is given twice', 'give either --target "COMMAND" or -- COMMAND…');
  }
  if (target === undefined && command.length === 0) {
    throw new CliError(
      'there is no server to start',
      'give --target "python server.py", or -- python server.py',
    );
  }
  if (target === undefined) return { argv: command, label: command.join(' ') };
  try {
    return { argv: splitCommand(target), label: target };
  } catch (failure) {
    if (failure instanceof ProxyError) throw new CliError(`--target: ${failure.message}`);
    throw failure;
  }
}
