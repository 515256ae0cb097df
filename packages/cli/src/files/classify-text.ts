import { findNearestName } from '@agentpolicy/spec';

/** What a file that was found in a folder is. */
export type TextKind =
  | { readonly kind: 'policy' }
  /** A Kubernetes ConfigMap with a policy in one of its values. */
  | { readonly kind: 'config-map' }
  /** An AgentPolicy of another project. */
  | { readonly kind: 'other-group'; readonly apiVersion: string }
  | { readonly kind: 'other' };

const OTHER: TextKind = { kind: 'other' };

interface Header {
  readonly kind: string | undefined;
  readonly apiVersion: string | undefined;
}

/**
 * Tells from its text alone what a file is, also where it is broken. What a policy that can't be read would be is
 * for the reader to say; here it only counts whether the file means to be one.
 */
export function classifyText(source: string): TextKind {
  if (!source.includes('AgentPolicy')) return OTHER;
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  const headers = isFlow(text) ? [readFlowHeader(text)] : readBlockHeaders(text);
  const policies = headers.filter(({ kind }) => kind === 'AgentPolicy');
  if (policies.length > 0) {
    const own = policies.find(({ apiVersion }) => !isOtherGroup(apiVersion));
    const [first] = policies;
    return own === undefined && first?.apiVersion !== undefined
      ? { kind: 'other-group', apiVersion: first.apiVersion }
      : { kind: 'policy' };
  }
  return headers.some(({ kind }) => kind === 'ConfigMap') ? { kind: 'config-map' } : OTHER;
}

/** A group that is nearly `aip.io` is a misspelling, which the reader reports. */
function isOtherGroup(apiVersion: string | undefined): boolean {
  if (apiVersion === undefined) return false;
  const [group = '', version] = apiVersion.split('/');
  return version !== undefined && findNearestName(group, ['aip.io']) === undefined;
}

function isFlow(text: string): boolean {
  return /^\s*\{/.test(text);
}

function readFlowHeader(text: string): Header {
  const read = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  return {
    kind: read(/["']?\bkind["']?[ \t]*:[ \t]*["']?(AgentPolicy|ConfigMap)\b/),
    apiVersion: read(/["']?\bapiVersion["']?[ \t]*:[ \t]*["']?([A-Za-z0-9./-]+)/),
  };
}

/** The members of each document that stand as far to the left as its first one. */
function readBlockHeaders(text: string): readonly Header[] {
  const headers: Header[] = [];
  let members = new Map<string, string>();
  let indent: number | undefined;
  const finish = (): void => {
    headers.push({ kind: members.get('kind'), apiVersion: members.get('apiVersion') });
    members = new Map();
    indent = undefined;
  };
  for (const line of text.split('\n')) {
    if (/^---(?:\s|$)/.test(line)) {
      finish();
      continue;
    }
    const content = line.trimStart();
    if (content === '' || '#%'.includes(content[0] ?? '#')) continue;
    const depth = line.length - content.length;
    indent ??= depth;
    if (depth !== indent) continue;
    const member = /^["']?(kind|apiVersion)["']?[ \t]*:[ \t]*["']?([A-Za-z0-9./-]+)/.exec(content);
    const [, name, value] = member ?? [];
    if (name !== undefined && value !== undefined && !members.has(name)) members.set(name, value);
  }
  finish();
  return headers;
}
