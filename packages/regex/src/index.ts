export {
  type CompileLimits,
  type CompileOptions,
  compilePattern,
  createPatternCompiler,
  type PatternCompiler,
} from './compile/compile-pattern.ts';
export type { PatternProgram, ProgramUse } from './match/program.ts';
export { RegexError, type RegexErrorCode } from './match/regex-error.ts';
export { type AnchorVerdict, checkEndAnchor, checkStartAnchor } from './sets/anchors.ts';
export {
  areDisjoint,
  areEquivalent,
  isEmpty,
  isSubset,
  matchesEverything,
  type Verdict,
} from './sets/compare.ts';
export {
  findWitness,
  type WitnessLimits,
  type WitnessQuery,
  type WitnessResult,
} from './sets/find-witness.ts';
export { createLanguage, type Language, type LanguageLimits } from './sets/language.ts';
export { findNearMiss, isMember } from './sets/near-miss.ts';
export type { CharSet } from './syntax/char-set.ts';
export { MAX_PATTERN_LENGTH, parsePattern } from './syntax/parse-pattern.ts';
export type {
  AlternateNode,
  AssertionKind,
  AssertionNode,
  CharNode,
  ConcatNode,
  EmptyNode,
  GroupNode,
  ParseResult,
  Pattern,
  PatternError,
  PatternErrorCode,
  PatternNode,
  RepeatNode,
  Span,
} from './syntax/tree.ts';
export { UNICODE_VERSION } from './unicode/version.gen.ts';
