import type { Diagnostic, TextIndex } from '@agentpolicy/core';

/** A finding that is known and kept quiet. */
export interface SuppressedFinding {
  readonly diagnostic: Diagnostic;
  /** `comment`: an ignore in the file itself; `baseline`: the list of findings that a repository started with. */
  readonly by: 'comment' | 'baseline';
  /** What the comment says; null for a baseline, which gives no reasons. */
  readonly reason: string | null;
}

/** One file after linting. */
export interface LintedFile {
  /** As the user named it. */
  readonly file: string;
  /** Its text; undefined where its bytes are no text. */
  readonly index: TextIndex | undefined;
  /** What counts, in order. */
  readonly diagnostics: readonly Diagnostic[];
  readonly suppressed: readonly SuppressedFinding[];
}

/** A file that looked like a policy and was not linted. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

/** Everything that a run of the linter has found, as every format is made from it. */
export interface LintReport {
  /** Sorted by name. */
  readonly files: readonly LintedFile[];
  readonly skipped: readonly SkippedFile[];
  /** How many findings were repaired in the files before this report was made. */
  readonly fixed: number;
}
