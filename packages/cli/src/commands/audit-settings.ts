import { resolve } from 'node:path';
import type { AuditSettings, FsyncPolicy } from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import type { AuditFlags } from '../program/audit-options.ts';

const POLICIES: readonly FsyncPolicy[] = ['never', 'interval', 'always'];
const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** What the flags of `aip proxy` say about the audit log. */
export function readAuditSettings(
  context: CommandContext,
  flags: AuditFlags & { readonly audit?: string },
): AuditSettings {
  const { auditMaxSize, auditKey, auditCheckpoints } = flags;
  const needsLog = auditMaxSize !== undefined || auditKey !== undefined || auditCheckpoints !== undefined;
  if (flags.audit === undefined && needsLog)
    throw new CliError(
      'there is no audit log that the --audit-… options could be about',
      'give --audit FILE too',
    );
  const fsync = POLICIES.find((policy) => policy === flags.auditFsync) ?? 'interval';
  return {
    fsync,
    failure: flags.auditFailure === 'open' ? 'open' : 'closed',
    ...(auditMaxSize === undefined ? {} : { maxBytes: readSize(auditMaxSize) }),
    ...(auditKey === undefined ? {} : { keyPath: resolve(context.cwd, auditKey) }),
    ...(auditCheckpoints === undefined ? {} : { checkpointPath: resolve(context.cwd, auditCheckpoints) }),
  };
}

function readSize(text: string): number {
  const found = /^(\d{1,12})([KMG]?)B?$/i.exec(text.trim());
  const unit = UNITS[(found?.[2] ?? '').toUpperCase()];
  if (found === null || unit === undefined)
    throw new CliError(`--audit-max-size: \`${text}\` is no size`, 'write bytes, or 512K, 100M, 1G');
  return Number(found[1]) * unit;
}
