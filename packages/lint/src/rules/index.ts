import type { Rule } from '../engine/rule.ts';
import { allowOriginal } from './allow-original/allow-original.ts';
import { anchoredDlpPattern } from './anchored-dlp-pattern/anchored-dlp-pattern.ts';
import { disabledSection } from './disabled-section/disabled-section.ts';
import { dlpDisabled } from './dlp-disabled/dlp-disabled.ts';
import { dlpMissing } from './dlp-missing/dlp-missing.ts';
import { dlpPatternNeverRuns } from './dlp-pattern-never-runs/dlp-pattern-never-runs.ts';
import { duplicateEntry } from './duplicate-entry/duplicate-entry.ts';
import { emptyDlpMatch } from './empty-dlp-match/empty-dlp-match.ts';
import { emptyName } from './empty-name/empty-name.ts';
import { emptyPolicy } from './empty-policy/empty-policy.ts';
import { escapingAlternation } from './escaping-alternation/escaping-alternation.ts';
import { failOpen } from './fail-open/fail-open.ts';
import { forwardedRequestMatch } from './forwarded-request-match/forwarded-request-match.ts';
import { globInName } from './glob-in-name/glob-in-name.ts';
import { hostLookalike } from './host-lookalike/host-lookalike.ts';
import { ineffectiveSetting } from './ineffective-setting/ineffective-setting.ts';
import { invalidPattern } from './invalid-pattern/invalid-pattern.ts';
import { lenientArguments } from './lenient-arguments/lenient-arguments.ts';
import { limitedScan } from './limited-scan/limited-scan.ts';
import { logOriginal } from './log-original/log-original.ts';
import { matchEverything } from './match-everything/match-everything.ts';
import { memoryNonceStorage } from './memory-nonce-storage/memory-nonce-storage.ts';
import { missingMethod } from './missing-method/missing-method.ts';
import { mixedScriptName } from './mixed-script-name/mixed-script-name.ts';
import { monitorBlock } from './monitor-block/monitor-block.ts';
import { monitorMode } from './monitor-mode/monitor-mode.ts';
import { newlineOrSecondCommand } from './newline-or-second-command/newline-or-second-command.ts';
import { nonStandardDeniedTools } from './non-standard-denied-tools/non-standard-denied-tools.ts';
import { pathTraversal } from './path-traversal/path-traversal.ts';
import { resourceReadBypass } from './resource-read-bypass/resource-read-bypass.ts';
import { secretInPolicy } from './secret-in-policy/secret-in-policy.ts';
import { shadowedMethod } from './shadowed-method/shadowed-method.ts';
import { strictDefaultOnListedTools } from './strict-default-on-listed-tools/strict-default-on-listed-tools.ts';
import { strictWithoutArguments } from './strict-without-arguments/strict-without-arguments.ts';
import { unanchoredPattern } from './unanchored-pattern/unanchored-pattern.ts';
import { unguardedDestruction } from './unguarded-destruction/unguarded-destruction.ts';
import { unguardedExecution } from './unguarded-execution/unguarded-execution.ts';
import { unguardedNetwork } from './unguarded-network/unguarded-network.ts';
import { unknownMethod } from './unknown-method/unknown-method.ts';
import { unprotectedSecrets } from './unprotected-secrets/unprotected-secrets.ts';
import { unreachableRule } from './unreachable-rule/unreachable-rule.ts';
import { weakDlpPattern } from './weak-dlp-pattern/weak-dlp-pattern.ts';
import { wildcardMethods } from './wildcard-methods/wildcard-methods.ts';
import { zeroRateLimit } from './zero-rate-limit/zero-rate-limit.ts';

/** Every rule, sorted by name. */
export const RULES: readonly Rule[] = [
  allowOriginal,
  anchoredDlpPattern,
  disabledSection,
  dlpDisabled,
  dlpMissing,
  dlpPatternNeverRuns,
  duplicateEntry,
  emptyDlpMatch,
  emptyName,
  emptyPolicy,
  escapingAlternation,
  failOpen,
  forwardedRequestMatch,
  globInName,
  hostLookalike,
  ineffectiveSetting,
  invalidPattern,
  lenientArguments,
  limitedScan,
  logOriginal,
  matchEverything,
  memoryNonceStorage,
  missingMethod,
  mixedScriptName,
  monitorBlock,
  monitorMode,
  newlineOrSecondCommand,
  nonStandardDeniedTools,
  pathTraversal,
  resourceReadBypass,
  secretInPolicy,
  shadowedMethod,
  strictDefaultOnListedTools,
  strictWithoutArguments,
  unanchoredPattern,
  unguardedDestruction,
  unguardedExecution,
  unguardedNetwork,
  unknownMethod,
  unprotectedSecrets,
  unreachableRule,
  weakDlpPattern,
  wildcardMethods,
  zeroRateLimit,
];
