import type { Diagnostic, TextIndex } from '@agentpolicy/core';
import type { SourceComment } from '@agentpolicy/spec';
import type { SuppressedFinding } from '../linted-file.ts';

/** What a text is found to be. */
export interface Judgement {
  readonly index: TextIndex;
  /** Sorted. */
  readonly diagnostics: readonly Diagnostic[];
  readonly suppressed: readonly SuppressedFinding[];
  /** In the order of the text. */
  readonly comments: readonly SourceComment[];
  /** The text is a policy, so that the rules have looked at it; otherwise the findings say why it is none. */
  readonly readable: boolean;
}

/** Judges a text; the same text is always judged the same, and no text is a failure. */
export type Judge = (text: string) => Judgement;
