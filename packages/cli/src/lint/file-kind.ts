import { classifyText, type TextKind } from '../files/classify-text.ts';
import { mentionsPolicyBytes } from '../files/mentions-policy.ts';
import type { FindEmbedded } from './config-map/find-embedded.ts';

/** A file's kind, and for a ConfigMap whether it can be read. */
export type FileKind = Exclude<TextKind, { readonly kind: 'config-map' }> | ConfigMapKind;

interface ConfigMapKind {
  readonly kind: 'config-map';
  /** Why it can't be read; undefined where it can. */
  readonly problem: string | undefined;
}

/** Tells what a file is. */
export function classifyBytes(bytes: Buffer, findEmbedded: FindEmbedded): FileKind {
  // A policy in UTF-16 is none that can be read, which is to be said and not to be passed over.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return refine(bytes.toString('utf16le'), findEmbedded);
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return refine(new TextDecoder('utf-16be').decode(bytes), findEmbedded);
  // Most of what a folder holds is no policy: it is not even decoded.
  return mentionsPolicyBytes(bytes) ? refine(bytes.toString('utf8'), findEmbedded) : { kind: 'other' };
}

/** A ConfigMap that only speaks of policies is none to check. */
function refine(text: string, findEmbedded: FindEmbedded): FileKind {
  const kind = classifyText(text);
  if (kind.kind !== 'config-map') return kind;
  const found = findEmbedded(text);
  if (!found.ok) return { kind: 'config-map', problem: found.problem };
  return found.policies.length === 0 ? { kind: 'other' } : { kind: 'config-map', problem: undefined };
}

/** Why a file that was found in a folder and looks like a policy is not linted; undefined where it is, or is none. */
export function explainSkip(kind: FileKind): string | undefined {
  switch (kind.kind) {
    case 'policy':
    case 'other':
      return undefined;
    case 'other-group':
      return `it is an AgentPolicy of ${kind.apiVersion}, another project's`;
    case 'config-map':
      // A template of another tool is often no YAML before that tool has run.
      return kind.problem === undefined ? undefined : `the ConfigMap in it can't be read: ${kind.problem}`;
  }
}
