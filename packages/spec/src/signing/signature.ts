import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalizePolicy } from '../document/canonicalize-policy.ts';
import type { AgentPolicy } from '../generated/agent-policy.gen.ts';

/** What a signature turned out to be. */
export type SignatureVerdict =
  | { readonly kind: 'valid'; readonly key: KeyObject }
  | { readonly kind: 'unsigned' }
  /** Not of the form `ed25519:BASE64`, or of another algorithm. */
  | { readonly kind: 'malformed' }
  /** What was signed was changed afterwards, or none of the keys signed it. */
  | { readonly kind: 'mismatch' };

const ALGORITHM = 'ed25519';
/** 64 bytes in base64 that is written in one way only: the last character carries no stray bits. */
const SIGNATURE = /^ed25519:([A-Za-z0-9+/]{85}[AQgw]==)$/;

/** Signs a policy's canonical form (v1alpha2 §3.3.1, §5.2.1); gives what stands in `metadata.signature`. */
export function signPolicy(policy: AgentPolicy, key: KeyObject): string {
  return formatSignature(canonicalizePolicy(policy), key);
}

/** Verifies a policy's `metadata.signature` with any of the keys. */
export function verifyPolicySignature(policy: AgentPolicy, keys: readonly KeyObject[]): SignatureVerdict {
  const { metadata } = policy;
  const signature = 'signature' in metadata ? metadata.signature : undefined;
  return verifySignature(canonicalizePolicy(policy), signature, keys);
}

/**
 * Signs the file of a decision table. The specification has no signature for a compiled policy; this one covers
 * the bytes of the file, with words before them that no policy begins with.
 */
export function signTableFile(bytes: Uint8Array, key: KeyObject): string {
  return formatSignature(statementOf(bytes), key);
}

/** Verifies a signature of a table's file with any of the keys; undefined where the file has none. */
export function verifyTableSignature(
  bytes: Uint8Array,
  signature: string | undefined,
  keys: readonly KeyObject[],
): SignatureVerdict {
  return verifySignature(statementOf(bytes), signature, keys);
}

function statementOf(bytes: Uint8Array): Uint8Array {
  return Buffer.from(`aip-table-signature-v1\n${createHash('sha256').update(bytes).digest('hex')}\n`);
}

function formatSignature(bytes: Uint8Array, key: KeyObject): string {
  return `${ALGORITHM}:${sign(null, bytes, key).toString('base64')}`;
}

function verifySignature(
  bytes: Uint8Array,
  signature: string | undefined,
  keys: readonly KeyObject[],
): SignatureVerdict {
  if (signature === undefined) return { kind: 'unsigned' };
  const encoded = SIGNATURE.exec(signature)?.[1];
  if (encoded === undefined) return { kind: 'malformed' };
  const raw = Buffer.from(encoded, 'base64');
  const key = keys.find((each) => verify(null, bytes, each, raw));
  return key === undefined ? { kind: 'mismatch' } : { kind: 'valid', key };
}
