import { resolve } from 'node:path';
import type { ProxyObserver, TableUpdate } from '@agentpolicy/proxy';
import {
  type HttpProxyOptions,
  parseHeader,
  parseListenAddress,
  parseOrigin,
  parseUpstream,
  type RemoteServer,
  runHttpProxy,
  runRemoteProxy,
} from '@agentpolicy/proxy/http';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { readMachineFacts } from '../input/environment.ts';
import type { LoadedPolicy } from '../input/load-table.ts';
import { readBytes } from '../input/read-text.ts';
import { listTrustFiles } from '../input/trusted-key.ts';
import type { AuditFlags } from '../program/audit-options.ts';
import type { HttpFlags } from '../program/http-options.ts';
import type { EnforcementFlags } from '../program/proxy-options.ts';
import { readAuditSettings } from './audit-settings.ts';
import { readEnforcementSettings } from './enforcement-settings.ts';

interface Flags extends AuditFlags, EnforcementFlags, HttpFlags {
  readonly policy: string;
  readonly target?: string;
  readonly audit?: string;
  readonly verbose: boolean;
}

/** Where the policy and the server's command come from. */
export interface HttpSources {
  readonly load: () => Promise<LoadedPolicy>;
  readonly watch: () => AsyncIterable<TableUpdate>;
  readonly readTarget: () => { readonly argv: readonly string[] };
  /** Told what happens; null where nobody is. */
  readonly observer: ProxyObserver | null;
}

/**
 * `aip proxy` with `--listen` or `--upstream`: enforces a policy for clients over Streamable HTTP until a signal
 * ends it, or for a client on standard input in front of a server at a URL until one of them leaves.
 */
export async function runHttpProxyCommand(
  context: CommandContext,
  sources: HttpSources,
  flags: Flags,
): Promise<number> {
  const upstream = await readUpstream(context, sources, flags);
  const listening = await readListening(context, flags);
  const { table } = await sources.load();
  const shared = {
    table,
    policyFiles: listOwnFiles(context, flags),
    ...(flags.audit === undefined ? {} : { auditPath: resolve(context.cwd, flags.audit) }),
    audit: readAuditSettings(context, flags),
    verbose: flags.verbose,
    ...readEnforcementSettings(context, flags),
    ...(flags.watch ? { watchTable: sources.watch() } : {}),
    ...(sources.observer === null ? {} : { observer: sources.observer }),
    ...readMachineFacts(context),
    now: () => new Date(),
    clock: () => performance.now(),
    stderr: context.stderr,
    signals: process,
  };
  if (listening !== null)
    return await runHttpProxy({ ...shared, ...listening, upstream, env: context.environment });
  if (upstream.kind === 'local')
    throw new CliError('the options for HTTP need an address to listen at', 'give --listen 127.0.0.1:8787');
  return await runRemoteProxy({ ...shared, upstream, stdin: context.stdin, stdout: context.stdout });
}

/** The files that decide what is enforced and who may connect: no call may touch them. */
function listOwnFiles(context: CommandContext, flags: Flags): readonly string[] {
  const { policy, tlsCert, tlsKey, ca } = flags;
  const files = [policy, tlsCert, tlsKey, ca].filter((file) => file !== undefined);
  const trusted = listTrustFiles(context, policy, flags.publicKey);
  return [...files.map((file) => resolve(context.cwd, file)), ...trusted];
}

async function readUpstream(
  context: CommandContext,
  { readTarget }: HttpSources,
  { upstream, upstreamSse, header = [], ca, listen }: Flags,
): Promise<HttpProxyOptions['upstream']> {
  if (upstream !== undefined) {
    const server: RemoteServer = {
      kind: 'remote',
      url: parseUpstream(upstream),
      headers: new Map(header.map((text) => parseHeader(text, context.environment))),
      ...(ca === undefined ? {} : { ca: (await readBytes(context, ca)).toString('utf8') }),
      legacy: upstreamSse,
    };
    return server;
  }
  if (header.length > 0)
    throw new CliError('--header is for a server at a URL', 'give --upstream too, or leave it out');
  if (ca !== undefined)
    throw new CliError('--ca is for a server at an https URL', 'give --upstream too, or leave it out');
  if (upstreamSse) throw new CliError('--upstream-sse is for a server at a URL', 'give --upstream too');
  if (listen === undefined)
    throw new CliError('the options for HTTP need an address to listen at', 'give --listen 127.0.0.1:8787');
  return { kind: 'local', target: readTarget().argv };
}

type Listening = Pick<
  HttpProxyOptions,
  'listen' | 'token' | 'tls' | 'insecure' | 'allowedHosts' | 'allowedOrigins'
>;

/** Null where the client is on standard input. */
async function readListening(context: CommandContext, flags: Flags): Promise<Listening | null> {
  const { listen, listenToken, tlsCert, tlsKey, insecureHttp, allowHost = [], allowOrigin = [] } = flags;
  if (listen === undefined) {
    const useless = [listenToken, tlsCert, tlsKey, flags.allowHost, flags.allowOrigin];
    if (insecureHttp || useless.some((flag) => flag !== undefined))
      throw new CliError(
        'some options are for clients over HTTP, and nobody listens for them',
        'give --listen 127.0.0.1:8787 too, or leave them out',
      );
    return null;
  }
  return {
    listen: parseListenAddress(listen),
    ...(listenToken === undefined ? {} : { token: readToken(context, listenToken) }),
    ...(await readTls(context, tlsCert, tlsKey)),
    insecure: insecureHttp,
    allowedHosts: allowHost,
    allowedOrigins: allowOrigin.map(parseOrigin),
  };
}

async function readTls(
  context: CommandContext,
  certFile: string | undefined,
  keyFile: string | undefined,
): Promise<Pick<HttpProxyOptions, 'tls'>> {
  if (certFile === undefined && keyFile === undefined) return {};
  if (certFile === undefined || keyFile === undefined)
    throw new CliError('TLS needs a certificate and its key', 'give both --tls-cert FILE and --tls-key FILE');
  const [cert, key] = await Promise.all([readBytes(context, certFile), readBytes(context, keyFile)]);
  return { tls: { cert: cert.toString('utf8'), key: key.toString('utf8') } };
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
