import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AIP_ERRORS } from '@agentpolicy/core';
import {
  type AgentPolicy,
  readVerifyingKey,
  type SignatureVerdict,
  verifyPolicySignature,
  verifyTableSignature,
} from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { describeFileProblem, readHead, STDIN } from './read-text.ts';
import { signaturePathOf, type TrustedKey } from './trusted-key.ts';

/** Reads public keys; one that can't be read is a usage error. */
export function readTrustedKeys(context: CommandContext, files: readonly string[]): TrustedKey[] {
  return files.map((file) => {
    const key = readVerifyingKey(readPem(context, file));
    if (!key.ok) throw new CliError(`\`${file}\`: ${key.problem}`, 'make a pair of keys: aip keygen NAME');
    return { file, key: key.value };
  });
}

export function readPem(context: CommandContext, file: string): string {
  try {
    return readFileSync(resolve(context.cwd, file), 'latin1');
  } catch (failure) {
    throw new CliError(`can't read \`${file}\`: ${describeFileProblem(failure)}`);
  }
}

/** Verifies the table at a path with the signature beside it. */
export function verifyTableFile(
  context: CommandContext,
  path: string,
  bytes: Uint8Array,
  keys: readonly TrustedKey[],
): SignatureVerdict {
  const signature = path === STDIN ? undefined : readSignatureFile(context, signaturePathOf(path));
  return verifyTableSignature(
    bytes,
    signature,
    keys.map(({ key }) => key),
  );
}

/** Verifies a policy with the signature in it. */
export function verifyPolicyFile(policy: AgentPolicy, keys: readonly TrustedKey[]): SignatureVerdict {
  return verifyPolicySignature(
    policy,
    keys.map(({ key }) => key),
  );
}

/** More than this is no signature; the rest is not read into anything. */
const MAX_SIGNATURE = 1024;

function readSignatureFile(context: CommandContext, file: string): string | undefined {
  try {
    return readHead(resolve(context.cwd, file), MAX_SIGNATURE).toString('latin1').trimEnd();
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT') return undefined;
    throw new CliError(`can't read \`${file}\`: ${describeFileProblem(failure)}`);
  }
}

/** Why a signature is not accepted, in words; null where it is. */
export function describeVerdict(verdict: SignatureVerdict): string | null {
  switch (verdict.kind) {
    case 'valid':
      return null;
    case 'unsigned':
      return 'it is not signed';
    case 'malformed':
      return 'the signature is not of the form `ed25519:` with the base64 of its 64 bytes';
    case 'mismatch':
      return 'the signature does not verify: what was signed was changed, or none of the given keys signed it';
  }
}

/**
 * Refuses what is not signed by one of the keys (v1alpha2 §3.3.1).
 * @throws CliError with the specification's code for it.
 */
export function demandSignature(name: string, verdict: SignatureVerdict): void {
  const why = describeVerdict(verdict);
  if (why === null) return;
  const { code, message } = AIP_ERRORS.signatureInvalid;
  throw new CliError(`\`${name}\`: ${message} (${code}): ${why}`, 'look at what changed, then: aip sign');
}
