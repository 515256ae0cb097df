import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ConfiguredServer } from './find-servers.ts';

/** What belongs to one server. */
export interface ServerFiles {
  readonly policy: string;
  readonly audit: string;
}

const LONGEST = 48;

/** No files of these names can be on Windows. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * The name of a server's files. Two servers never share one: a name that had to be changed to become the name of a
 * file, also in case, carries a digest of the whole.
 */
export function fileStem({ name, part }: Pick<ConfiguredServer, 'name' | 'part'>): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, LONGEST)
    .replace(/-$/, '');
  if (plain === name && plain !== '' && part === '' && !RESERVED.test(plain)) return plain;
  const digest = createHash('sha256').update(`${part}\0${name}`).digest('hex').slice(0, 8);
  return plain === '' ? `server-${digest}` : `${plain}-${digest}`;
}

export function serverFiles(folder: string, server: Pick<ConfiguredServer, 'name' | 'part'>): ServerFiles {
  const stem = fileStem(server);
  return { policy: join(folder, `${stem}.yaml`), audit: join(folder, `${stem}.audit.jsonl`) };
}

/** A policy that permits nothing, for a server that nobody has written one for. */
export function starterPolicy(stem: string): string {
  return [
    '# No tool is allowed yet. `aip init` drafts a policy from what the server offers; the log and the audit log',
    '# name the line that permits a refused call.',
    'apiVersion: aip.io/v1alpha1',
    'kind: AgentPolicy',
    'metadata:',
    `  name: ${stem}`,
    'spec:',
    '  allowed_tools: []',
    '',
  ].join('\n');
}
