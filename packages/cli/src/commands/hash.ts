import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { hashOf, readSubject } from '../signing/read-subject.ts';
import { escapeControls } from '../terminal/printable.ts';

/** `aip hash`: the hash that names each policy, as `sha256sum` prints it. */
export async function runHash(
  context: CommandContext,
  paths: readonly string[],
  options: { readonly format: string },
): Promise<ExitStatus> {
  const hashes: { readonly file: string; readonly kind: string; readonly hash: string }[] = [];
  for (const file of paths) {
    const subject = await readSubject(context, file);
    hashes.push({ file, kind: subject.kind, hash: hashOf(subject) });
  }
  if (options.format === 'json') context.print(JSON.stringify({ version: 1, hashes }, null, 2));
  else context.print(...hashes.map(({ file, hash }) => `${hash}  ${escapeControls(file)}`));
  return EXIT.clean;
}
