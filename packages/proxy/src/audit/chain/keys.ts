import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { describeCause } from '../../errors/describe-cause.ts';
import { ProxyError } from '../../errors/proxy-error.ts';

const MAKE_ONE = 'make one with: openssl genpkey -algorithm ed25519 -out audit.key && chmod 600 audit.key';

/**
 * Reads the private key that checkpoints are signed with: Ed25519, PKCS #8 as PEM, readable by its owner only.
 * @throws ProxyError `audit-key`
 */
export function readSigningKey(path: string): KeyObject {
  const { text, mode } = readKeyFile(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new ProxyError('audit-key', `the key ${path} can be read by others; run: chmod 600 ${path}`);
  }
  return checkKind(
    path,
    parse(path, () => createPrivateKey(text)),
  );
}

/**
 * Reads the key that checkpoints are checked with: the public key, or the private one that it belongs to.
 * @throws ProxyError `audit-key`
 */
export function readVerifyingKey(path: string): KeyObject {
  const { text } = readKeyFile(path);
  return checkKind(
    path,
    parse(path, () => createPublicKey(text)),
  );
}

function readKeyFile(path: string): { readonly text: Buffer; readonly mode: number } {
  try {
    const descriptor = openSync(path, 'r');
    try {
      return { mode: fstatSync(descriptor).mode, text: readFileSync(descriptor) };
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new ProxyError('audit-key', `can't read the key ${path}: ${describeCause(cause)}`);
  }
}

function parse(path: string, read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch {
    throw new ProxyError('audit-key', `${path} holds no key in PEM form; ${MAKE_ONE}`);
  }
}

function checkKind(path: string, key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new ProxyError(
    'audit-key',
    `the key ${path} is of the kind ${key.asymmetricKeyType ?? key.type}, not Ed25519; ${MAKE_ONE}`,
  );
}
