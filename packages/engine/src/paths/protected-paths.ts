import { canonicalForms, canonicalize } from './canonical.ts';
import type { TrieEntry } from './path-trie.ts';
import { absoluteSegments, isAbsolutePath, requireAbsolute, resolveSegments } from './segments.ts';
import { findPlaceWord } from './starts.ts';

export interface PathGuardOptions {
  /** As the policy writes them. */
  readonly protectedPaths: readonly string[];
  /** Absolute paths that are protected whatever the policy says. */
  readonly ownFiles: readonly string[];
  /** Absolute path of the home directory. */
  readonly home: string;
  /** Absolute path that relative paths are resolved against. */
  readonly cwd: string;
  /** The file system treats `A` and `a` as one name. */
  readonly foldCase: boolean;
}

/** The options' paths in the form in which they are compared. */
export interface ResolvedPaths {
  readonly cwd: readonly string[];
  readonly home: readonly string[];
  readonly entries: readonly TrieEntry[];
  /** What is reported for each entry's `path`: the policy's paths as written, then the own files. */
  readonly displays: readonly string[];
}

/** @throws EngineError `bad-environment` where home, cwd or an own file is not absolute. */
export function resolvePaths(options: PathGuardOptions): ResolvedPaths {
  const { foldCase } = options;
  requireAbsolute(options.home, 'the home directory');
  requireAbsolute(options.cwd, 'the working directory');
  for (const file of options.ownFiles) requireAbsolute(file, 'a file to protect');
  const cwd = absoluteSegments(canonicalize(options.cwd, foldCase));
  const home = absoluteSegments(canonicalize(options.home, foldCase));

  const displays = [...options.protectedPaths, ...options.ownFiles];
  const entries = displays.flatMap((display, path) => {
    // An own file is a name on this machine, never an encoding of one; both are protected.
    return canonicalForms(display, foldCase).map((form) => ({ ...resolveOne(form, cwd, home), path }));
  });
  return { cwd, home, entries, displays };
}

interface Resolved {
  readonly segments: readonly string[];
  readonly relative: boolean;
}

function resolveOne(written: string, cwd: readonly string[], home: readonly string[]): Resolved {
  const text = withoutScheme(written.replaceAll('\\', '/'));
  const word = findPlaceWord(text, 0);
  if (word !== null) {
    const base = word.place === 'home' ? home : cwd;
    return { segments: resolveSegments(base, text.slice(word.length)), relative: false };
  }
  if (isAbsolutePath(text)) return { segments: absoluteSegments(text), relative: false };
  if (text.startsWith('~')) {
    const base = text.startsWith('~root') ? [] : home.slice(0, -1);
    return { segments: resolveSegments(base, text.slice(1)), relative: false };
  }
  // A path that leaves the working directory, or is it, is one place; a name is protected wherever it stands.
  const names = resolveSegments([], text);
  const leaves = names.length === 0 || leavesBase(text);
  return leaves
    ? { segments: resolveSegments(cwd, text), relative: false }
    : { segments: names, relative: true };
}

function withoutScheme(text: string): string {
  if (!/^file:\//i.test(text)) return text;
  const path = text.slice('file:'.length);
  if (!path.startsWith('//')) return path;
  const host = path.indexOf('/', 2);
  return host < 0 ? '/' : path.slice(host).replace(/^\/([A-Za-z]:)/, '$1');
}

/** Some `..` in the path has nothing of the path before it. */
function leavesBase(path: string): boolean {
  let depth = 0;
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    depth += segment === '..' ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}
