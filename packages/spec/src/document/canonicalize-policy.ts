import { createHash } from 'node:crypto';
import { canonicalizeJson, toJsonNode } from '@agentpolicy/core';
import type { AgentPolicy } from '../generated/agent-policy.gen.ts';

/**
 * The canonical form of a policy (v1alpha2 §5.2.1): RFC 8785 JSON without `metadata.signature`, as UTF-8. It is what a
 * signature is computed over.
 */
export function canonicalizePolicy(policy: AgentPolicy): Uint8Array {
  return new TextEncoder().encode(canonicalizeText(policy));
}

/**
 * The hash that names a policy (v1alpha2 §5.2.2): SHA-256 of its canonical form, in lower-case hexadecimal. Comments,
 * the order of keys and quoting do not change it.
 */
export function hashPolicy(policy: AgentPolicy): string {
  return createHash('sha256').update(canonicalizeText(policy), 'utf8').digest('hex');
}

function canonicalizeText(policy: AgentPolicy): string {
  const metadata = Object.fromEntries(Object.entries(policy.metadata).filter(([key]) => key !== 'signature'));
  return canonicalizeJson(toJsonNode({ ...policy, metadata }));
}
