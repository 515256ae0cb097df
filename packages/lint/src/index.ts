export { createLinter, type Linter, type LintOptions, lintPolicy } from './engine/create-linter.ts';
export {
  CATEGORIES,
  type Category,
  getRulePage,
  type OptionSpec,
  PRESETS,
  type Preset,
  type Rule,
  type RuleMeta,
  type RuleSeverity,
} from './engine/rule.ts';
export type { RuleOverride } from './engine/settings.ts';
export { LintError, type LintErrorCode } from './lint-error.ts';
export { type RecordedTool, readToolList } from './model/tool-list.ts';
export { READER_CODES } from './reader-codes.ts';
export { RULES } from './rules/index.ts';
export { readRulePage } from './rules/read-rule-page.ts';
