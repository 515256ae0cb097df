import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { ValueResult } from '../values/value-result.ts';

const PRIVATE_HELP = 'an Ed25519 private key in PEM (PKCS #8, without a password) is expected';
const PUBLIC_HELP = 'an Ed25519 public key in PEM is expected';

/** Reads a private key's PEM. */
export function readSigningKey(pem: string): ValueResult<KeyObject> {
  return readEd25519(() => createPrivateKey(pem), PRIVATE_HELP);
}

/** Reads a public key's PEM. A private key is refused: who verifies has no business with it. */
export function readVerifyingKey(pem: string): ValueResult<KeyObject> {
  if (pem.includes('PRIVATE KEY')) return { ok: false, problem: `it is a private key; ${PUBLIC_HELP}` };
  return readEd25519(() => createPublicKey(pem), PUBLIC_HELP);
}

function readEd25519(read: () => KeyObject, help: string): ValueResult<KeyObject> {
  try {
    const key = read();
    if (key.asymmetricKeyType === 'ed25519') return { ok: true, value: key };
    return { ok: false, problem: `it is of the type ${key.asymmetricKeyType}; ${help}` };
  } catch {
    // OpenSSL's own words name its routines, which help nobody.
    return { ok: false, problem: `it can't be read; ${help}` };
  }
}

/** What names a key to people: 16 hexadecimal digits of SHA-256 over its public half (SubjectPublicKeyInfo, DER). */
export function identifyKey(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}
