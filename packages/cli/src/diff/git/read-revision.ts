import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { classifyText } from '../../files/classify-text.ts';
import { mentionsPolicyBytes } from '../../files/mentions-policy.ts';
import { createEmbeddedFinder } from '../../lint/config-map/find-embedded.ts';
import { listEmbedded } from './embedded-policies.ts';
import { type Entry, listEntries } from './list-entries.ts';
import { resolveLink } from './resolve-link.ts';
import { isTableText, type RevisionFile, readName } from './revision-file.ts';
import type { Revision } from './revisions.ts';
import { runGit } from './run-git.ts';

/** What may hold policies and can't be read as files are. */
export interface UnreadEntry {
  readonly path: string;
  /** Equal names are equal contents. */
  readonly blob: string;
  readonly why: string;
}

/** What a revision has. */
export interface RevisionContents {
  /** Sorted by path. */
  readonly files: readonly RevisionFile[];
  readonly unread: readonly UnreadEntry[];
  /** Of the paths that were asked for, those below which there is something. */
  readonly found: ReadonlySet<string>;
}

/**
 * The policies and tables below the paths, those in ConfigMaps, behind symbolic links and in submodules included.
 * @throws CliError where git can't list or read them.
 */
export function readRevision(
  context: CommandContext,
  revision: Revision,
  paths: readonly string[],
): RevisionContents {
  const { entries, found } = listEntries(context, revision, paths);
  const regular = entries.filter(({ kind }) => kind === 'file');
  const read = createReader(context, revision);
  const parts: Readable[] = [];
  for (const group of groupBySize(context, revision, regular)) {
    const blobs = readBlobs(context, revision, group);
    for (const entry of group) {
      const bytes = blobs.get(entry.blob);
      if (bytes !== undefined) parts.push(read(entry, bytes));
    }
  }
  for (const entry of entries) {
    if (entry.kind === 'link') parts.push(readLink(context, revision, entry, regular, read));
    if (entry.kind === 'submodule') parts.push(readSubmodule(context, entry));
  }
  const files = parts.flatMap((part) => part.files).sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, unread: parts.flatMap((part) => part.unread), found };
}

/** What one entry comes to. */
type Readable = Pick<RevisionContents, 'files' | 'unread'>;

const NOTHING: Readable = { files: [], unread: [] };

type ReadFile = (entry: Pick<Entry, 'path' | 'blob' | 'isNamed'>, bytes: Buffer) => Readable;

function createReader(context: CommandContext, revision: Revision): ReadFile {
  const findEmbedded = createEmbeddedFinder();
  return ({ path, blob, isNamed }, bytes) => {
    const isTable = isTableText(bytes);
    // Most of what a repository has under these endings is no policy: it is not even decoded.
    if (!isTable && !isNamed && !isUtf16(bytes) && !mentionsPolicyBytes(bytes)) return NOTHING;
    const text = decode(bytes);
    // A copy: the bytes are a part of a buffer with many files.
    const file = { path, blob, bytes: Buffer.from(bytes), policyName: readName(text) };
    if (isTable) return { files: [file], unread: [] };
    const kind = classifyText(text);
    // What is named itself is loaded, as on the command line of other commands.
    if (isNamed && kind.kind !== 'config-map') return { files: [file], unread: [] };
    switch (kind.kind) {
      case 'policy':
        return { files: [file], unread: [] };
      case 'config-map': {
        const found = findEmbedded(text);
        if (found.ok) return { files: listEmbedded(path, text, found.policies), unread: [] };
        const why = `it speaks of a policy in a ConfigMap, and can't be read: ${found.problem}`;
        return { files: [], unread: [{ path, blob, why }] };
      }
      case 'other-group':
        context.warn(
          `aip: skipped ${path} of ${revision.name}: it is an AgentPolicy of ${kind.apiVersion}, another project's`,
        );
        return NOTHING;
      case 'other':
        return NOTHING;
    }
  };
}

function isUtf16(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** A policy in UTF-16 is none that can be read: comparing it says so. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return bytes.toString('utf8');
}

/** Bytes that are held at once. */
const GROUP_SIZE = 64 * 1024 * 1024;

/** Entries in groups of a bounded size, a file that is larger alone. */
function groupBySize(
  context: CommandContext,
  revision: Revision,
  entries: readonly Entry[],
): readonly (readonly Entry[])[] {
  const headers = askForBlobs(context, revision, '--batch-check', entries).toString('latin1').split('\n');
  const groups: Entry[][] = [];
  let room = 0;
  for (const [index, entry] of entries.entries()) {
    const size = readSize(revision, entry, headers[index] ?? '');
    if (groups.length === 0 || size > room) {
      groups.push([]);
      room = GROUP_SIZE;
    }
    groups.at(-1)?.push(entry);
    room -= size;
  }
  return groups;
}

/** Asks one process for all of them. */
function readBlobs(
  context: CommandContext,
  revision: Revision,
  entries: readonly Entry[],
): ReadonlyMap<string, Buffer> {
  const bytes = askForBlobs(context, revision, '--batch', entries);
  const contents = new Map<string, Buffer>();
  let at = 0;
  for (const entry of entries) {
    const end = bytes.indexOf(0x0a, at);
    const size = readSize(revision, entry, bytes.toString('latin1', at, end === -1 ? at : end));
    contents.set(entry.blob, bytes.subarray(end + 1, end + 1 + size));
    at = end + 2 + size;
  }
  return contents;
}

function askForBlobs(
  context: CommandContext,
  revision: Revision,
  mode: '--batch' | '--batch-check',
  entries: readonly Entry[],
): Buffer {
  const input = entries.map(({ blob }) => `${blob}\n`).join('');
  const { ok, bytes, problem } = runGit(context.cwd, ['cat-file', mode], { input });
  if (!ok) throw new CliError(`can't read the files of \`${revision.name}\`: ${problem}`);
  return bytes;
}

/** From the line that git writes before a content. */
function readSize(revision: Revision, { path }: Entry, header: string): number {
  const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(header) ?? [];
  if (size !== undefined) return Number(size);
  throw new CliError(`can't read \`${path}\` of \`${revision.name}\``, 'in a partial clone, fetch it first');
}

/** A link counts as the file that it leads to. */
function readLink(
  context: CommandContext,
  revision: Revision,
  entry: Entry,
  regular: readonly Entry[],
  read: ReadFile,
): Readable {
  const target = resolveLink(context, revision, entry);
  const { path, blob: link, isNamed } = entry;
  switch (target.kind) {
    case 'other':
      return NOTHING;
    case 'unread':
      return { files: [], unread: [{ path, blob: link, why: target.why }] };
    case 'folder': {
      // Where all of the folder is looked at under its own name, only another target is a change.
      const isListed = regular.some((each) => `${target.prefix}${each.path}`.startsWith(`${target.path}/`));
      const blob = isListed ? link : `${link} ${target.tree}`;
      return { files: [], unread: [{ path, blob, why: 'it is a symbolic link to a folder' }] };
    }
    case 'file': {
      const isListed = regular.some((each) => `${target.prefix}${each.path}` === target.path);
      const { files, unread } = read({ path, blob: target.blob, isNamed }, target.bytes);
      return { files: files.map((file) => ({ ...file, alias: { link, isListed } })), unread };
    }
  }
}

/** A submodule that is checked out is read like a folder; of one that is not, only the commit is known. */
function readSubmodule(context: CommandContext, { path, blob }: Entry): Readable {
  const why = 'it is a submodule whose commit is not here (git submodule update --init, with enough history)';
  const inside = { ...context, cwd: `${context.cwd}/${path}` };
  const top = runGit(context.cwd, ['-C', path, 'rev-parse', '--show-prefix']);
  const known = runGit(context.cwd, ['-C', path, 'cat-file', '-e', `${blob}^{commit}`]);
  // Without a checkout, git answers for the repository around it.
  if (!top.ok || !known.ok || top.bytes.toString('utf8').trim() !== '')
    return { files: [], unread: [{ path, blob, why }] };
  const { files, unread } = readRevision(inside, { name: blob.slice(0, 12), commit: blob }, []);
  const move = <T extends { readonly path: string }>(each: T): T => ({
    ...each,
    path: `${path}/${each.path}`,
  });
  return { files: files.map(move), unread: unread.map(move) };
}
