export { AnalysisError, type AnalysisErrorCode } from './analysis-error.ts';
export { DECISIONS, type Decision } from './calls/decision.ts';
export type { Call } from './calls/witness.ts';
export { type Change, combineChanges, countsAsWidening, mirrorChange } from './diff/change.ts';
export type { Claim, Confirm } from './diff/diff-calls.ts';
export type { PolicySettings } from './diff/diff-settings.ts';
export { type DiffOptions, diffTables } from './diff/diff-tables.ts';
export type {
  CallsDifference,
  Certainty,
  Difference,
  DlpChannel,
  DlpPatternDifference,
  DlpSettingDifference,
  FeatureDifference,
  MethodDifference,
  ModeDifference,
  ProtectedPathDifference,
  RateLimitDifference,
  SchemaHashDifference,
  SettingDifference,
  TableDiff,
  ToolVerdict,
} from './diff/difference.ts';
export type { Place, Places } from './diff/places.ts';
export type { AnalysisBudget } from './languages/budget.ts';
export { type Answer, isSameLanguage } from './languages/is-same-language.ts';
export { areEqual, type Equality } from './queries/are-equal.ts';
export { areEquivalent, type Equivalence, type RowWithPatterns } from './queries/are-equivalent.ts';
export { checkAgainst, type GuardrailCheck } from './queries/check-against.ts';
export { checkSources } from './queries/check-sources.ts';
export { type CallSamples, type NearMiss, sampleCalls } from './queries/sample-calls.ts';
export { type ArgumentConstraint, type Capability, whoCan } from './queries/who-can.ts';
