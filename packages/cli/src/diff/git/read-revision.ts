import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { classifyText } from '../../files/classify-text.ts';
import type { Revision } from './revisions.ts';
import { runGit } from './run-git.ts';

/** A policy or a table as a revision has it. */
export interface RevisionFile {
  /** Relative to the working folder. */
  readonly path: string;
  /** Git's name of the content: equal names are equal bytes. */
  readonly blob: string;
  readonly bytes: Buffer;
  /** As the text says it; null where it does not. */
  readonly policyName: string | null;
}

interface Entry {
  readonly path: string;
  readonly blob: string;
}

/**
 * The policies and tables below the paths, sorted by path.
 * @throws CliError where git can't list or read them.
 */
export function readRevision(
  context: CommandContext,
  revision: Revision,
  paths: readonly string[],
): readonly RevisionFile[] {
  const entries = listEntries(context, revision, paths);
  const contents = readBlobs(context, revision, entries);
  return entries.flatMap((entry, index): RevisionFile[] => {
    const bytes = contents[index];
    if (bytes === undefined || !isPolicy(bytes)) return [];
    return [{ ...entry, bytes, policyName: readName(bytes) }];
  });
}

function listEntries(
  context: CommandContext,
  revision: Revision,
  paths: readonly string[],
): readonly Entry[] {
  const listed = runGit(context.cwd, ['ls-tree', '-r', '-z', revision.commit, '--', ...paths]);
  if (!listed.ok) throw new CliError(`can't list the files of \`${revision.name}\`: ${listed.problem}`);
  return listed.bytes
    .toString('utf8')
    .split('\0')
    .flatMap((line): Entry[] => {
      const [, mode, blob, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      if (mode === undefined || blob === undefined || path === undefined) return [];
      if (!/\.(?:ya?ml|json)$/.test(path)) return [];
      if (mode === '100644' || mode === '100755') return [{ path, blob }];
      context.warn(`aip: skipped ${path} of ${revision.name}: it is no regular file`);
      return [];
    });
}

/** Asks one process for all of them. */
function readBlobs(
  context: CommandContext,
  revision: Revision,
  entries: readonly Entry[],
): readonly Buffer[] {
  if (entries.length === 0) return [];
  const input = entries.map(({ blob }) => `${blob}\n`).join('');
  const { ok, bytes, problem } = runGit(context.cwd, ['cat-file', '--batch'], input);
  if (!ok) throw new CliError(`can't read the files of \`${revision.name}\`: ${problem}`);
  const contents: Buffer[] = [];
  let at = 0;
  for (const { path } of entries) {
    const end = bytes.indexOf(0x0a, at);
    const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(bytes.toString('latin1', at, end)) ?? [];
    if (end === -1 || size === undefined)
      throw new CliError(
        `can't read \`${path}\` of \`${revision.name}\``,
        'in a partial clone, fetch it first',
      );
    contents.push(bytes.subarray(end + 1, end + 1 + Number(size)));
    at = end + 2 + Number(size);
  }
  return contents;
}

function isPolicy(bytes: Buffer): boolean {
  if (isTableText(bytes)) return true;
  // In UTF-16 it is no policy that can be read: comparing it says so.
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return classifyText(bytes.toString(isUtf16 ? 'utf16le' : 'utf8')).kind === 'policy';
}

/** Whether the bytes are a compiled table's. */
export function isTableText(bytes: Buffer): boolean {
  return bytes.subarray(0, 4096).includes('"AgentPolicyTable"');
}

/** Good enough to tell that a file was renamed; comparing the two is what counts. */
function readName(bytes: Buffer): string | null {
  const text = bytes.toString('utf8');
  const at = text.search(/^metadata\s*:|"metadata"\s*:/m);
  return at === -1 ? null : (/\bname["']?[ \t]*:[ \t]*["']?([\w.-]+)/.exec(text.slice(at))?.[1] ?? null);
}
