import { createHash } from 'node:crypto';
import { dirname, join, relative } from 'node:path';
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

/**
 * The files of a server in a folder. The log also bears the name of the configuration: two of them may name a server
 * alike, and a log is one proxy's. Their policy is one, which nobody writes but people.
 */
export function serverFiles(
  folder: string,
  config: string,
  server: Pick<ConfiguredServer, 'name' | 'part'>,
): ServerFiles {
  const stem = fileStem(server);
  return {
    policy: join(folder, `${stem}.yaml`),
    audit: join(folder, `${stem}.${configStem(folder, config)}.audit.jsonl`),
  };
}

/** Another one for each configuration, also where those of several folders have theirs in this one. */
function configStem(folder: string, config: string): string {
  const path = relative(dirname(folder), config);
  return path.endsWith('.json')
    ? fileStem({ name: path.slice(0, -'.json'.length), part: '' })
    : fileStem({ name: path, part: 'file' });
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
