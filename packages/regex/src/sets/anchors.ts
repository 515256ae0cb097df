import { ANY_SET } from '../syntax/char-set.ts';
import type { Pattern, PatternNode } from '../syntax/tree.ts';
import { findWitness, type WitnessLimits } from './find-witness.ts';
import { createLanguageOf } from './language.ts';

/** Whether a pattern binds its match to an edge of the text; if not, a text that slips through. */
export type AnchorVerdict =
  | { readonly anchored: true }
  | { readonly anchored: false; readonly example: string }
  | { readonly anchored: undefined; readonly why: string };

/**
 * Whether every match starts at the start of the text. The example has something before the match, and
 * where there is such a text, it would not match without that.
 */
export function checkStartAnchor(pattern: Pattern, limits?: Partial<WitnessLimits>): AnchorVerdict {
  const { root } = pattern;
  return check(join(anyCharacter(root), root), join(assertion(root, 'begin-text'), root), limits);
}

/** Whether every match ends at the end of the text. The example has something behind the match. */
export function checkEndAnchor(pattern: Pattern, limits?: Partial<WitnessLimits>): AnchorVerdict {
  const { root } = pattern;
  return check(join(root, anyCharacter(root)), join(root, assertion(root, 'end-text')), limits);
}

function check(
  loose: PatternNode,
  bound: PatternNode,
  limits: Partial<WitnessLimits> | undefined,
): AnchorVerdict {
  const beyond = createLanguageOf(loose);
  const clear = findWitness({ in: [beyond], notIn: [createLanguageOf(bound)] }, limits);
  const found = clear.kind === 'found' ? clear : findWitness({ in: [beyond] }, limits);
  switch (found.kind) {
    case 'none':
      return { anchored: true };
    case 'found':
      return { anchored: false, example: found.text };
    case 'unknown':
      return { anchored: undefined, why: found.why };
  }
}

function join(first: PatternNode, second: PatternNode): PatternNode {
  return { type: 'concat', items: [first, second], start: first.start, end: second.end };
}

function anyCharacter({ start, end }: PatternNode): PatternNode {
  return { type: 'char', form: 'any', set: ANY_SET, fold: false, start, end };
}

function assertion({ start, end }: PatternNode, kind: 'begin-text' | 'end-text'): PatternNode {
  return { type: 'assertion', kind, start, end };
}
