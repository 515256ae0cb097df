import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { identifyKey } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { escapeControls } from '../terminal/printable.ts';
import { writeNewFile } from '../trace/write-new-file.ts';

const OWNER_ONLY = 0o600;
const EVERYBODY_READS = 0o644;

/** `aip keygen`: makes an Ed25519 pair of keys in two files; neither may exist. */
export function runKeygen(context: CommandContext, name: string): ExitStatus {
  if (basename(name) === '' || name.endsWith('/') || escapeControls(name) !== name)
    throw new CliError(
      'the name of a pair of keys is empty, ends in `/` or has control characters',
      'give another one',
    );
  const privateFile = `${name}.key.pem`;
  const publicFile = `${name}.pub.pem`;
  // Looked at first, so that no half of a pair is left behind.
  for (const file of [privateFile, publicFile])
    if (existsSync(resolve(context.cwd, file)))
      throw new CliError(`\`${file}\` exists; a key is never written over`, 'give another name');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  writeNewFile(resolve(context.cwd, privateFile), privatePem, OWNER_ONLY);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  writeNewFile(resolve(context.cwd, publicFile), publicPem, EVERYBODY_READS);
  context.print(
    `${privateFile}: the private key; keep it where the agent can't read it`,
    `${publicFile}: the public key ${identifyKey(publicKey)}; give it to whoever verifies`,
  );
  return EXIT.clean;
}
