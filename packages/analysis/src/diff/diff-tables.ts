import type { DecisionTable } from '@agentpolicy/core';
import { judgeTable } from '../calls/judged-table.ts';
import { avoidProtectedPaths } from '../calls/taste.ts';
import type { AnalysisBudget } from '../languages/budget.ts';
import { createLanguageStore } from '../languages/language-store.ts';
import { combineChanges } from './change.ts';
import type { Confirm } from './diff-calls.ts';
import { diffDlp } from './diff-dlp.ts';
import { diffFeatures, diffMode } from './diff-features.ts';
import { diffMethods } from './diff-methods.ts';
import { diffProtectedPaths } from './diff-paths.ts';
import { diffSettings, type PolicySettings, SETTING_SECTIONS } from './diff-settings.ts';
import { diffTools, prepareTable } from './diff-tools.ts';
import type { Difference, TableDiff } from './difference.ts';

export interface DiffOptions {
  /** Work that one question about patterns may take. */
  readonly budget?: Partial<AnalysisBudget>;
  /**
   * Replays a call through enforcing engines of both tables and says whether they decide as claimed. Each
   * engine should be fresh, so that no rate limit interferes. Without it, differences are `proved` on the
   * automata alone.
   */
  readonly confirm?: Confirm;
  /**
   * Sections of both policies that tables don't hold. Without them only whether a policy asks for these
   * features is compared, and a change inside a section is not seen.
   */
  readonly settings?: { readonly old: PolicySettings; readonly next: PolicySettings };
}

/**
 * What the next table allows that the old one does not, and the other way round. For each tool, and for the
 * tools that neither names, the calls that each decision covers are compared exactly, as products of
 * regular languages; each difference comes with a shortest readable call. Spelling, order and equivalent
 * patterns make no difference, and what is the same costs nothing.
 * @throws AnalysisError `bad-pattern` or `bad-table` where a table is not what its compiler writes.
 */
export function diffTables(old: DecisionTable, next: DecisionTable, options: DiffOptions = {}): TableDiff {
  const store = createLanguageStore(options.budget);
  const context = { store, taste: avoidProtectedPaths([old, next]), confirm: options.confirm };
  const before = prepareTable(judgeTable(old));
  const after = prepareTable(judgeTable(next));
  const { tools, otherTools, differences: perTool } = diffTools(context, before, after);
  const differences: readonly Difference[] = [
    ...diffMode(before, after),
    ...diffFeatures(before, after, options.settings === undefined ? [] : SETTING_SECTIONS),
    ...(options.settings === undefined
      ? []
      : diffSettings(options.settings.old, options.settings.next, { old: before.find, next: after.find })),
    ...diffMethods(before, after),
    ...diffProtectedPaths(before, after),
    ...diffDlp(store, before, after),
    ...otherTools,
    ...perTool,
  ];
  return {
    change: combineChanges(differences.map(({ change }) => change)),
    tools,
    otherTools: combineChanges(otherTools.map(({ change }) => change)),
    differences,
  };
}
