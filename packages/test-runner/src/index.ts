export type { Difference } from './conformance/compare.ts';
export {
  type ConformanceCounts,
  type ConformanceFile,
  type ConformanceOptions,
  type ConformanceReport,
  runConformance,
  type VectorResult,
} from './conformance/run-conformance.ts';
export type { VectorOutcome } from './conformance/run-vector.ts';
export { CONFORMANCE_LEVELS, type ConformanceLevel } from './conformance/vector.ts';
export { TestRunnerError, type TestRunnerErrorCode } from './errors/test-runner-error.ts';
export {
  IMPORT_FORMATS,
  type ImportFormat,
  type ImportOptions,
  type ImportResult,
  importTraffic,
} from './import/import-traffic.ts';
export {
  formatImportedLines,
  type Imported,
  type ImportedLine,
  type ImportProblem,
} from './import/imported-line.ts';
export { type JobOptions, type PartWorker, runTestsInJobs } from './jobs/run-jobs.ts';
export { type PartMessage, type PartTask, runPartTask } from './jobs/run-part-task.ts';
export type { Judged, JudgedReason } from './judge/judgement.ts';
export {
  type Approvals,
  type Approver,
  absentApprover,
  createApprover,
  createDecidedApprover,
} from './judge/simulate-approval.ts';
export type { MutationOperator } from './mutation/list-mutants.ts';
export {
  type MutantResult,
  type MutationReport,
  type MutationScore,
  type PolicyMutations,
  scoreMutations,
} from './mutation/mutation-report.ts';
export { runMutations } from './mutation/run-mutations.ts';
export {
  COVERAGE_KINDS,
  type CoverageCounts,
  type CoverageItem,
  type CoverageKind,
  type CoverageOutcome,
  countOutcomes,
  mergeCoverage,
  type PolicyCoverage,
  toPercent,
} from './policy-coverage/coverage.ts';
export { formatPlace, type Place, type Problem } from './problem.ts';
export {
  type ReplayCounts,
  type ReplayedMessage,
  type ReplayOptions,
  replayTrace,
  type TraceProblem,
} from './replay/replay-trace.ts';
export { describeConformanceReport, formatConformanceReport } from './report/format-conformance-report.ts';
export {
  describeCase,
  describeProblem,
  describeTestReport,
  formatTestReport,
} from './report/format-test-report.ts';
export type { LineRole, ReportLine } from './report/report-line.ts';
export { type DraftedTool, draftFromTools, type ToolDraftOptions } from './suggest/draft-from-tools.ts';
export type { DraftOptions } from './suggest/draft-policy.ts';
export {
  type Observations,
  type ObservedArgument,
  type ObservedTool,
  observeTraffic,
  type TraceSource,
} from './suggest/observe.ts';
export {
  type BlockedMessage,
  type Objection,
  type Suggestion,
  type SuggestOptions,
  suggestPolicy,
} from './suggest/suggest-policy.ts';
export type { CallMatcher } from './suite/call-matcher.ts';
export type { Expectation, ExpectedDecision, Mismatch } from './suite/expectation.ts';
export { type PlannedTest, type PlannedTrace, planTests, SUITE_ENDING } from './suite/plan-tests.ts';
export {
  readSuite,
  type Suite,
  type SuiteCase,
  type SuiteEnvironment,
  type SuiteReading,
} from './suite/read-suite.ts';
export {
  combineOutcomes,
  runTests,
  runTestsInTurns,
  type TestOptions,
  type TurnOptions,
} from './suite/run-tests.ts';
export type { TestEvent, TestHappening, TestListener } from './suite/test-events.ts';
export type {
  CallFailure,
  CallSummary,
  CaseResult,
  FailedArgument,
  Shard,
  SnapshotChange,
  SuiteResult,
  TestReport,
} from './suite/test-report.ts';
export { createVirtualClock, type VirtualClock } from './time/virtual-clock.ts';
export type { TraceLine } from './trace/number-lines.ts';
export { readTraceFile, readTraceText } from './trace/read-trace-file.ts';
export { readTraceLine, type TraceEntry } from './trace/read-trace-line.ts';
