import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { quoteJson } from '@agentpolicy/core';
import { type Head, hashLine } from './link.ts';

export const CHECKPOINT_EVENT = 'AUDIT_CHECKPOINT';

/** A signed statement that a chain had this head at this time. */
export interface Checkpoint {
  readonly timestamp: string;
  readonly head: Head;
  readonly keyId: string;
  /** Base64. */
  readonly signature: string;
}

/** The first 16 hexadecimal digits of SHA-256 over the public key's DER form (SubjectPublicKeyInfo). */
export function identifyKey(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return hashLine(publicKey.export({ type: 'spki', format: 'der' })).slice(0, 16);
}

/** The bytes that a checkpoint's signature covers. */
function signedBytes(timestamp: string, head: Head): Uint8Array {
  return Buffer.from(`aip-audit-checkpoint-v1\n${head.seq}\n${head.hash}\n${timestamp}\n`);
}

/**
 * A checkpoint of the head as a record. In the chain, the head is in the record's own `seq` and `prev`
 * too; `head_seq` and `head` let it be read by itself.
 */
export function formatCheckpoint(key: KeyObject, timestamp: string, head: Head): string {
  const signature = sign(null, signedBytes(timestamp, head), key).toString('base64');
  return (
    `{"timestamp":${quoteJson(timestamp)},"event":"${CHECKPOINT_EVENT}","head_seq":${head.seq}` +
    `,"head":"${head.hash}","key_id":"${identifyKey(key)}","signature":"${signature}"}`
  );
}

/** Reads a checkpoint from a record's members; null where they are none. */
export function readCheckpoint(members: Readonly<Record<string, unknown>>): Checkpoint | null {
  const { event, timestamp, head_seq: seq, head: hash, key_id: keyId, signature } = members;
  if (event !== CHECKPOINT_EVENT || typeof timestamp !== 'string' || typeof seq !== 'number') return null;
  if (typeof hash !== 'string' || typeof keyId !== 'string' || typeof signature !== 'string') return null;
  return { timestamp, head: { seq, hash }, keyId, signature };
}

/** The key's owner signed this checkpoint. */
export function isSignedBy(checkpoint: Checkpoint, key: KeyObject): boolean {
  const { timestamp, head, signature } = checkpoint;
  return verify(null, signedBytes(timestamp, head), key, Buffer.from(signature, 'base64'));
}
