import type { TextEdit } from '@agentpolicy/core';
import { applyEdits } from '@agentpolicy/message';
import { CliError } from '../exit-status.ts';
import { unwrapCommand, wrapCommand } from './edit-command.ts';
import { type ConfiguredServer, wordsOf } from './find-servers.ts';
import { type Launcher, type ProxyCall, readProxyCall } from './launcher.ts';
import { type ServerFiles, serverFiles } from './server-files.ts';

/** What becomes of one server. */
export type Step =
  | { readonly kind: 'wrap'; readonly server: ConfiguredServer; readonly files: ServerFiles }
  | { readonly kind: 'unwrap'; readonly server: ConfiguredServer }
  /** It is already as it should be. */
  | { readonly kind: 'keep'; readonly server: ConfiguredServer }
  /** Nothing can be done about it here. */
  | { readonly kind: 'skip'; readonly server: ConfiguredServer; readonly reason: string };

export interface Plan {
  readonly steps: readonly Step[];
  /** The configuration as it will be. */
  readonly text: string;
}

export interface WrapOptions {
  readonly launcher: Launcher;
  /** The path of the configuration. */
  readonly config: string;
  /** Where each server's policy and audit log are. */
  readonly folder: string;
  /** One policy for all of them. */
  readonly policy?: string;
  /** The audit log, where there is one server. */
  readonly audit?: string;
  /** Servers of the configuration that stay as they are. */
  readonly others?: readonly ConfiguredServer[];
}

const REMOTE =
  'it is at a URL: run `aip proxy --listen 127.0.0.1:8787 --upstream URL`, and give the client that address';
const OTHER_FORM = 'it starts `aip proxy` in another form than `aip wrap` writes: change it by hand';
const NO_POLICY =
  'it starts `aip proxy` without a policy, so that nothing is enforced: run --undo and this again, or mend it by hand';
const NO_SERVER = 'it starts `aip proxy` without a server behind it: change it by hand';

/** How a server is called towards people. */
export function labelOf({ name, part }: Pick<ConfiguredServer, 'name' | 'part'>): string {
  return part === '' ? name : `${name} (${part})`;
}

/**
 * Puts each server behind the proxy, with a policy and an audit log of its own.
 * @throws CliError where two servers would share an audit log.
 */
export function planWrap(text: string, servers: readonly ConfiguredServer[], options: WrapOptions): Plan {
  const steps = servers.map((server) => planServer(server, options));
  const wrapped = steps.flatMap((step) => (step.kind === 'wrap' ? [step] : []));
  if (options.audit !== undefined && wrapped.length > 1)
    throw new CliError(
      `one audit log can't serve ${wrapped.length} servers: each record follows the one before it of the same proxy`,
      'leave --audit out: each server gets a log of its own, and `aip audit merge` reads them as one',
    );
  refuseSharedLogs(servers, options.others ?? [], wrapped);
  const edits: TextEdit[] = [];
  for (const { server, files } of wrapped) {
    if (server.start.kind !== 'command') continue;
    const flags = ['--policy', files.policy, '--audit', files.audit];
    edits.push(...wrapCommand(text, server.start, options.launcher, flags));
  }
  return { steps, text: applyEdits(text, edits) };
}

function planServer(server: ConfiguredServer, options: WrapOptions): Step {
  const { start } = server;
  switch (start.kind) {
    case 'remote':
      return { kind: 'skip', server, reason: REMOTE };
    case 'unreadable':
      return { kind: 'skip', server, reason: start.problem };
    case 'command': {
      const call = readProxyCall(wordsOf(start));
      if (call !== null) return planWrapped(server, call, options);
      const { policy, audit } = serverFiles(options.folder, options.config, server);
      return {
        kind: 'wrap',
        server,
        files: { policy: options.policy ?? policy, audit: options.audit ?? audit },
      };
    }
  }
}

/** What is asked for and not done is told; so is a proxy that enforces nothing. */
function planWrapped(server: ConfiguredServer, call: ProxyCall, options: WrapOptions): Step {
  if (!isGiven(call, '--policy')) return { kind: 'skip', server, reason: NO_POLICY };
  if (call.target === null && !isGiven(call, '--target') && !isGiven(call, '--upstream'))
    return { kind: 'skip', server, reason: NO_SERVER };
  const isOther = (wanted: string | undefined, option: string): boolean =>
    wanted !== undefined && call.option(option) !== wanted;
  if (!isOther(options.policy, '--policy') && !isOther(options.audit, '--audit'))
    return { kind: 'keep', server };
  const policy = call.option('--policy');
  return {
    kind: 'skip',
    server,
    reason: `it is behind the proxy already, with the policy ${policy}: run --undo first`,
  };
}

function isGiven(call: ProxyCall, option: string): boolean {
  return (call.option(option) ?? '') !== '';
}

/** Takes the proxy away from each server again. */
export function planUndo(text: string, servers: readonly ConfiguredServer[]): Plan {
  const edits: TextEdit[] = [];
  const steps = servers.map((server): Step => {
    if (server.start.kind !== 'command') return { kind: 'keep', server };
    const call = readProxyCall(wordsOf(server.start));
    if (call === null) return { kind: 'keep', server };
    if (call.target === null) return { kind: 'skip', server, reason: OTHER_FORM };
    edits.push(...unwrapCommand(text, server.start, call.target));
    return { kind: 'unwrap', server };
  });
  return { steps, text: applyEdits(text, edits) };
}

/** Also the servers count that are behind the proxy already, whoever has put them there. */
function refuseSharedLogs(
  servers: readonly ConfiguredServer[],
  others: readonly ConfiguredServer[],
  wrapped: readonly Extract<Step, { readonly kind: 'wrap' }>[],
): void {
  const owners = new Map<string, string>();
  // What those share that stay as they are is not for this run to refuse.
  for (const other of others) {
    const audit = auditOf(other);
    if (audit !== undefined) owners.set(audit, labelOf(other));
  }
  const claim = (audit: string, label: string): void => {
    const owner = owners.get(audit);
    if (owner !== undefined)
      throw new CliError(
        `\`${owner}\` and \`${label}\` would share the audit log ${audit}: the second proxy to start would be refused`,
        'give each server a log of its own; `aip audit merge` reads them as one',
      );
    owners.set(audit, label);
  };
  for (const server of servers) {
    const audit = auditOf(server);
    if (audit !== undefined) claim(audit, labelOf(server));
  }
  for (const { server, files } of wrapped) claim(files.audit, labelOf(server));
}

/** The audit log of a server that is behind the proxy. */
function auditOf({ start }: ConfiguredServer): string | undefined {
  return start.kind === 'command' ? readProxyCall(wordsOf(start))?.option('--audit') : undefined;
}
