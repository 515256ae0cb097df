import { resolve } from 'node:path';
import {
  type HttpProxyOptions,
  parseHeader,
  parseListenAddress,
  parseUpstream,
  runHttpProxy,
} from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { readMachineFacts } from '../input/environment.ts';
import type { LoadedPolicy } from '../input/load-table.ts';
import { listTrustFiles } from '../input/verify-signature.ts';
import type { AuditFlags } from '../program/audit-options.ts';
import type { HttpFlags } from '../program/http-options.ts';
import type { EnforcementFlags } from '../program/proxy-options.ts';
import { readAuditSettings } from './audit-settings.ts';

interface Flags extends AuditFlags, EnforcementFlags, HttpFlags {
  readonly policy: string;
  readonly target?: string;
  readonly audit?: string;
  readonly verbose: boolean;
}

/** Some of the flags are about HTTP. */
export function isAboutHttp(flags: HttpFlags): boolean {
  const { listen, upstream, header, listenToken, allowHost, allowOrigin } = flags;
  return [listen, upstream, header, listenToken, allowHost, allowOrigin].some((flag) => flag !== undefined);
}

/** `aip proxy --listen`: enforces a policy for clients over Streamable HTTP, until a signal ends it. */
export async function runHttpProxyCommand(
  context: CommandContext,
  load: () => Promise<LoadedPolicy>,
  readTarget: () => { readonly argv: readonly string[] },
  flags: Flags,
): Promise<number> {
  const { listen, listenToken, allowHost = [], allowOrigin = [] } = flags;
  if (listen === undefined)
    throw new CliError('the options for HTTP need an address to listen at', 'give --listen 127.0.0.1:8787');
  refuseUnsupported(flags);
  const options = {
    listen: parseListenAddress(listen),
    upstream: readUpstream(context, readTarget, flags),
    ...(listenToken === undefined ? {} : { token: readToken(context, listenToken) }),
    allowedHosts: allowHost,
    allowedOrigins: allowOrigin,
  };
  const { table } = await load();
  return await runHttpProxy({
    ...options,
    table,
    policyFiles: [
      resolve(context.cwd, flags.policy),
      ...listTrustFiles(context, flags.policy, flags.publicKey),
    ],
    ...(flags.audit === undefined ? {} : { auditPath: resolve(context.cwd, flags.audit) }),
    audit: readAuditSettings(context, flags),
    ...(flags.pin === undefined ? {} : { pinPath: resolve(context.cwd, flags.pin) }),
    verbose: flags.verbose,
    filterTools: flags.filterTools,
    denyAs: flags.denyAs === 'result' ? 'result' : 'error',
    dryRun: flags.dryRun,
    ...readMachineFacts(context),
    env: context.environment,
    now: () => new Date(),
    clock: () => performance.now(),
    stderr: context.stderr,
    signals: process,
  });
}

/** What holds for a client on standard input only must not be silently absent here. */
function refuseUnsupported({ requestTimeout, ask, askTimeout, askLimit }: EnforcementFlags): void {
  const asks = ask !== 'auto' && ask !== 'never';
  if (requestTimeout !== undefined || askTimeout !== undefined || askLimit !== undefined || asks)
    throw new CliError(
      '--request-timeout and --ask… work for a client on standard input only, not with --listen',
      'leave them out: over HTTP, calls with `action: ask` are refused',
    );
}

function readUpstream(
  context: CommandContext,
  readTarget: () => { readonly argv: readonly string[] },
  { upstream, header = [] }: HttpFlags,
): HttpProxyOptions['upstream'] {
  if (upstream !== undefined) {
    const headers = new Map(header.map((text) => parseHeader(text, context.environment)));
    return { kind: 'remote', url: parseUpstream(upstream), headers };
  }
  if (header.length > 0)
    throw new CliError('--header is for a server at a URL', 'give --upstream too, or leave it out');
  return { kind: 'local', target: readTarget().argv };
}

/** A token on the command line could be read by every user of the machine. */
function readToken(context: CommandContext, text: string): string {
  const name = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(text)?.[1];
  const token = name === undefined ? undefined : context.environment[name];
  if (name === undefined)
    throw new CliError('--listen-token: the token stands in an environment variable', 'write env:NAME');
  if (token === undefined || !/^\S+$/.test(token))
    throw new CliError(`--listen-token: ${name} is not set, or holds spaces`);
  return token;
}
