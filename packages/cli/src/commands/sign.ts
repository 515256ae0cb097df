import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  identifyKey,
  type PolicyDocument,
  parsePolicy,
  placeSignature,
  readSigningKey,
  signPolicy,
  signTableFile,
  verifyPolicySignature,
} from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { STDIN } from '../input/read-text.ts';
import { signaturePathOf } from '../input/trusted-key.ts';
import { readPem } from '../input/verify-signature.ts';
import { readSubject } from '../signing/read-subject.ts';
import { writeSigned } from '../signing/write-signed.ts';

interface SignFlags {
  readonly key: string;
  readonly output?: string;
}

/** `aip sign`: puts the signature into a policy, or beside a table. */
export async function runSign(context: CommandContext, path: string, flags: SignFlags): Promise<ExitStatus> {
  const key = readSigningKey(readPem(context, flags.key));
  if (!key.ok) throw new CliError(`\`${flags.key}\`: ${key.problem}`, 'make a pair of keys: aip keygen NAME');
  const subject = await readSubject(context, path);
  const isTable = subject.kind === 'table';
  const text = isTable
    ? `${signTableFile(subject.bytes, key.value)}\n`
    : signDocument(subject.document, key.value);
  const output = flags.output ?? (isTable && path !== STDIN ? signaturePathOf(path) : path);
  if (output === STDIN) context.write(text);
  else writeSigned(context, { output, input: path, subject, text });
  if (output !== STDIN) context.warn(`${output}: signed by the key ${identifyKey(key.value)}`);
  return EXIT.clean;
}

function signDocument(document: PolicyDocument, key: KeyObject): string {
  if (document.apiVersion === 'aip.io/v1alpha1')
    throw new CliError(
      `\`${document.file}\`: aip.io/v1alpha1 has no signatures`,
      'write `apiVersion: aip.io/v1alpha2` in the policy',
    );
  const signature = signPolicy(document.policy, key);
  const text = placeSignature(document, signature);
  if (text === undefined || !verifies(text, document, key))
    throw new CliError(
      `\`${document.file}\`: there is no place in \`metadata\` where a signature can be put without touching anything else`,
      `write it below the name by hand: signature: "${signature}"`,
    );
  return text;
}

/** What is written has been read again: it is the same policy, and its signature is good. */
function verifies(text: string, document: PolicyDocument, key: KeyObject): boolean {
  const parsed = parsePolicy(text, document.file);
  if (!parsed.ok || parsed.document.hash !== document.hash) return false;
  return verifyPolicySignature(parsed.document.policy, [createPublicKey(key)]).kind === 'valid';
}
