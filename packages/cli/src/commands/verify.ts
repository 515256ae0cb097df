import { identifyKey, type SignatureVerdict } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import type { TrustedKey } from '../input/trusted-key.ts';
import {
  describeVerdict,
  readTrustedKeys,
  verifyPolicyFile,
  verifyTableFile,
} from '../input/verify-signature.ts';
import { hashOf, readSubject, type Subject } from '../signing/read-subject.ts';
import { escapeControls } from '../terminal/printable.ts';

interface VerifyFlags {
  readonly publicKey: readonly string[];
  readonly format: string;
}

interface Verified {
  readonly file: string;
  readonly kind: Subject['kind'];
  readonly hash: string;
  readonly verdict: SignatureVerdict['kind'];
  /** Names the key that signed it; null where none of the given ones did. */
  readonly keyId: string | null;
  /** Null where the signature is good. */
  readonly problem: string | null;
}

/** `aip verify`: is each policy or table signed by one of the keys? */
export async function runVerify(
  context: CommandContext,
  paths: readonly string[],
  flags: VerifyFlags,
): Promise<ExitStatus> {
  const keys = readTrustedKeys(context, flags.publicKey);
  const results: Verified[] = [];
  for (const path of paths) results.push(await verifyPath(context, path, keys));
  if (flags.format === 'json') context.print(JSON.stringify({ version: 1, results }, null, 2));
  else
    for (const { file, keyId, problem } of results)
      context.print(`${escapeControls(file)}: ${problem ?? `signed by the key ${keyId}`}`);
  return results.every(({ problem }) => problem === null) ? EXIT.clean : EXIT.findings;
}

async function verifyPath(
  context: CommandContext,
  path: string,
  keys: readonly TrustedKey[],
): Promise<Verified> {
  const subject = await readSubject(context, path);
  const verdict =
    subject.kind === 'table'
      ? verifyTableFile(context, path, subject.bytes, keys)
      : verifyPolicyFile(subject.document.policy, keys);
  return {
    file: path,
    kind: subject.kind,
    hash: hashOf(subject),
    verdict: verdict.kind,
    keyId: verdict.kind === 'valid' ? identifyKey(verdict.key) : null,
    problem: describeVerdict(verdict),
  };
}
