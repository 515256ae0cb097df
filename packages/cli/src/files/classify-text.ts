import { findNearestName } from '@agentpolicy/spec';
import { mentionsPolicy } from './mentions-policy.ts';
import { type Header, readHeaders } from './read-headers.ts';

/** What a file that was found in a folder is. */
export type TextKind =
  | { readonly kind: 'policy' }
  /** A Kubernetes ConfigMap with a policy in one of its values. */
  | { readonly kind: 'config-map' }
  /** An AgentPolicy of another project. */
  | { readonly kind: 'other-group'; readonly apiVersion: string }
  | { readonly kind: 'other' };

const OTHER: TextKind = { kind: 'other' };

/**
 * Tells from its text alone what a file is, also where it is broken. What a policy that can't be read would be is
 * for the reader to say; here it only counts whether the file means to be one. Where that is not plain to see, the text
 * is read as YAML; what is none and speaks of policies counts as one, so that nothing passes unseen.
 */
export function classifyText(source: string): TextKind {
  if (!mentionsPolicy(source)) return OTHER;
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  const guess = isFlow(text) ? undefined : judge(readBlockHeaders(text));
  if (guess?.kind === 'policy') return guess;
  const headers = readHeaders(text);
  if (headers === 'too-large') return guess ?? guessFlow(text) ?? OTHER;
  // A template of another tool is often no YAML before that tool has run; what it says plainly still counts.
  return headers === undefined ? (guess ?? { kind: 'policy' }) : (judge(headers) ?? OTHER);
}

/** Undefined where no document is of a kind that counts. */
function judge(headers: readonly Header[]): TextKind | undefined {
  const policies = headers.filter(({ kinds }) => kinds.includes('AgentPolicy'));
  const [first] = policies;
  if (first !== undefined) {
    const own = policies.some(({ apiVersions }) => !apiVersions.some(isOtherGroup));
    const [apiVersion] = first.apiVersions;
    return own || apiVersion === undefined ? { kind: 'policy' } : { kind: 'other-group', apiVersion };
  }
  return headers.some(({ kinds }) => kinds.includes('ConfigMap')) ? { kind: 'config-map' } : undefined;
}

/** A group that is nearly `aip.io` is a misspelling, which the reader reports. */
function isOtherGroup(apiVersion: string): boolean {
  const [group = '', version] = apiVersion.split('/');
  return version !== undefined && findNearestName(group, ['aip.io']) === undefined;
}

function isFlow(text: string): boolean {
  return /^\s*\{/.test(text);
}

/** What is too large to be read may still mean to be a policy, and is to be refused as one. */
function guessFlow(text: string): TextKind | undefined {
  const read = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  const kind = read(/["']?\bkind["']?[ \t]*:[ \t]*["']?(AgentPolicy|ConfigMap)\b/);
  const apiVersion = read(/["']?\bapiVersion["']?[ \t]*:[ \t]*["']?([A-Za-z0-9./-]+)/);
  const isPolicy = kind === 'AgentPolicy' && (apiVersion === undefined || !isOtherGroup(apiVersion));
  return isPolicy ? { kind: 'policy' } : undefined;
}

/** The members of each document that stand as far to the left as its first one. */
function readBlockHeaders(text: string): readonly Header[] {
  const headers: Header[] = [];
  let members = new Map<string, string>();
  let indent: number | undefined;
  const finish = (): void => {
    const list = (name: string): readonly string[] => {
      const value = members.get(name);
      return value === undefined ? [] : [value];
    };
    headers.push({ kinds: list('kind'), apiVersions: list('apiVersion') });
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
