import type { Rule } from '../engine/rule.ts';
import { anchoredDlpPattern } from './anchored-dlp-pattern/anchored-dlp-pattern.ts';
import { disabledSection } from './disabled-section/disabled-section.ts';
import { dlpPatternNeverRuns } from './dlp-pattern-never-runs/dlp-pattern-never-runs.ts';
import { duplicateEntry } from './duplicate-entry/duplicate-entry.ts';
import { emptyDlpMatch } from './empty-dlp-match/empty-dlp-match.ts';
import { emptyName } from './empty-name/empty-name.ts';
import { emptyPolicy } from './empty-policy/empty-policy.ts';
import { escapingAlternation } from './escaping-alternation/escaping-alternation.ts';
import { globInName } from './glob-in-name/glob-in-name.ts';
import { hostLookalike } from './host-lookalike/host-lookalike.ts';
import { ineffectiveSetting } from './ineffective-setting/ineffective-setting.ts';
import { invalidPattern } from './invalid-pattern/invalid-pattern.ts';
import { matchEverything } from './match-everything/match-everything.ts';
import { missingMethod } from './missing-method/missing-method.ts';
import { newlineOrSecondCommand } from './newline-or-second-command/newline-or-second-command.ts';
import { nonStandardDeniedTools } from './non-standard-denied-tools/non-standard-denied-tools.ts';
import { pathTraversal } from './path-traversal/path-traversal.ts';
import { shadowedMethod } from './shadowed-method/shadowed-method.ts';
import { strictDefaultOnListedTools } from './strict-default-on-listed-tools/strict-default-on-listed-tools.ts';
import { strictWithoutArguments } from './strict-without-arguments/strict-without-arguments.ts';
import { unanchoredPattern } from './unanchored-pattern/unanchored-pattern.ts';
import { unknownMethod } from './unknown-method/unknown-method.ts';
import { unreachableRule } from './unreachable-rule/unreachable-rule.ts';
import { zeroRateLimit } from './zero-rate-limit/zero-rate-limit.ts';

/** Every rule, sorted by name. */
export const RULES: readonly Rule[] = [
  anchoredDlpPattern,
  disabledSection,
  dlpPatternNeverRuns,
  duplicateEntry,
  emptyDlpMatch,
  emptyName,
  emptyPolicy,
  escapingAlternation,
  globInName,
  hostLookalike,
  ineffectiveSetting,
  invalidPattern,
  matchEverything,
  missingMethod,
  newlineOrSecondCommand,
  nonStandardDeniedTools,
  pathTraversal,
  shadowedMethod,
  strictDefaultOnListedTools,
  strictWithoutArguments,
  unanchoredPattern,
  unknownMethod,
  unreachableRule,
  zeroRateLimit,
];
