import type { Rule } from '../engine/rule.ts';
import { allowOriginal } from './allow-original/allow-original.ts';
import { ambiguousToolName } from './ambiguous-tool-name/ambiguous-tool-name.ts';
import { anchoredDlpPattern } from './anchored-dlp-pattern/anchored-dlp-pattern.ts';
import { anyAatIssuer } from './any-aat-issuer/any-aat-issuer.ts';
import { caseFoldingSurprise } from './case-folding-surprise/case-folding-surprise.ts';
import { cleartextUrl } from './cleartext-url/cleartext-url.ts';
import { disabledSection } from './disabled-section/disabled-section.ts';
import { dlpDisabled } from './dlp-disabled/dlp-disabled.ts';
import { dlpMissing } from './dlp-missing/dlp-missing.ts';
import { dlpPatternNeverRuns } from './dlp-pattern-never-runs/dlp-pattern-never-runs.ts';
import { duplicateEntry } from './duplicate-entry/duplicate-entry.ts';
import { emptyDlpMatch } from './empty-dlp-match/empty-dlp-match.ts';
import { emptyName } from './empty-name/empty-name.ts';
import { emptyPolicy } from './empty-policy/empty-policy.ts';
import { enumMismatch } from './enum-mismatch/enum-mismatch.ts';
import { escapingAlternation } from './escaping-alternation/escaping-alternation.ts';
import { failOpen } from './fail-open/fail-open.ts';
import { forwardedRequestMatch } from './forwarded-request-match/forwarded-request-match.ts';
import { globInName } from './glob-in-name/glob-in-name.ts';
import { globInProtectedPath } from './glob-in-protected-path/glob-in-protected-path.ts';
import { hostLookalike } from './host-lookalike/host-lookalike.ts';
import { impossiblePattern } from './impossible-pattern/impossible-pattern.ts';
import { ineffectiveSetting } from './ineffective-setting/ineffective-setting.ts';
import { insecureEndpoint } from './insecure-endpoint/insecure-endpoint.ts';
import { invalidPattern } from './invalid-pattern/invalid-pattern.ts';
import { lenientArguments } from './lenient-arguments/lenient-arguments.ts';
import { limitedScan } from './limited-scan/limited-scan.ts';
import { logOriginal } from './log-original/log-original.ts';
import { longTokenTtl } from './long-token-ttl/long-token-ttl.ts';
import { longTransitionGrace } from './long-transition-grace/long-transition-grace.ts';
import { matchEverything } from './match-everything/match-everything.ts';
import { memoryNonceStorage } from './memory-nonce-storage/memory-nonce-storage.ts';
import { missingMethod } from './missing-method/missing-method.ts';
import { missingOwner } from './missing-owner/missing-owner.ts';
import { missingVersion } from './missing-version/missing-version.ts';
import { mixedScriptName } from './mixed-script-name/mixed-script-name.ts';
import { monitorBlock } from './monitor-block/monitor-block.ts';
import { monitorMode } from './monitor-mode/monitor-mode.ts';
import { newlineOrSecondCommand } from './newline-or-second-command/newline-or-second-command.ts';
import { nonStandardDeniedTools } from './non-standard-denied-tools/non-standard-denied-tools.ts';
import { optionalArgument } from './optional-argument/optional-argument.ts';
import { outdatedMethods } from './outdated-methods/outdated-methods.ts';
import { overbroadProtectedPath } from './overbroad-protected-path/overbroad-protected-path.ts';
import { pathTraversal } from './path-traversal/path-traversal.ts';
import { policyName } from './policy-name/policy-name.ts';
import { referenceIgnoresField } from './reference-ignores-field/reference-ignores-field.ts';
import { referenceRefusesPattern } from './reference-refuses-pattern/reference-refuses-pattern.ts';
import { resourceReadBypass } from './resource-read-bypass/resource-read-bypass.ts';
import { rotationDisabled } from './rotation-disabled/rotation-disabled.ts';
import { schemaHashMismatch } from './schema-hash-mismatch/schema-hash-mismatch.ts';
import { secretInPolicy } from './secret-in-policy/secret-in-policy.ts';
import { shadowedMethod } from './shadowed-method/shadowed-method.ts';
import { signatureMismatch } from './signature-mismatch/signature-mismatch.ts';
import { sortedTools } from './sorted-tools/sorted-tools.ts';
import { strayWhitespace } from './stray-whitespace/stray-whitespace.ts';
import { strictDefaultOnListedTools } from './strict-default-on-listed-tools/strict-default-on-listed-tools.ts';
import { strictWithoutArguments } from './strict-without-arguments/strict-without-arguments.ts';
import { suspiciousRange } from './suspicious-range/suspicious-range.ts';
import { tokenNotRequired } from './token-not-required/token-not-required.ts';
import { unanchoredPattern } from './unanchored-pattern/unanchored-pattern.ts';
import { undetectedEncoding } from './undetected-encoding/undetected-encoding.ts';
import { unexplainedException } from './unexplained-exception/unexplained-exception.ts';
import { unfilteredStderr } from './unfiltered-stderr/unfiltered-stderr.ts';
import { unguardedDestruction } from './unguarded-destruction/unguarded-destruction.ts';
import { unguardedExecution } from './unguarded-execution/unguarded-execution.ts';
import { unguardedNetwork } from './unguarded-network/unguarded-network.ts';
import { unknownArgument } from './unknown-argument/unknown-argument.ts';
import { unknownMethod } from './unknown-method/unknown-method.ts';
import { unknownTool } from './unknown-tool/unknown-tool.ts';
import { unlistedRequiredArgument } from './unlisted-required-argument/unlisted-required-argument.ts';
import { unnormalizedName } from './unnormalized-name/unnormalized-name.ts';
import { unprotectedSecrets } from './unprotected-secrets/unprotected-secrets.ts';
import { unreachableRule } from './unreachable-rule/unreachable-rule.ts';
import { unverifiedAat } from './unverified-aat/unverified-aat.ts';
import { weakDlpPattern } from './weak-dlp-pattern/weak-dlp-pattern.ts';
import { wildcardMethods } from './wildcard-methods/wildcard-methods.ts';
import { zeroRateLimit } from './zero-rate-limit/zero-rate-limit.ts';

/** Every rule, sorted by name. */
export const RULES: readonly Rule[] = [
  allowOriginal,
  ambiguousToolName,
  anchoredDlpPattern,
  anyAatIssuer,
  caseFoldingSurprise,
  cleartextUrl,
  disabledSection,
  dlpDisabled,
  dlpMissing,
  dlpPatternNeverRuns,
  duplicateEntry,
  emptyDlpMatch,
  emptyName,
  emptyPolicy,
  enumMismatch,
  escapingAlternation,
  failOpen,
  forwardedRequestMatch,
  globInName,
  globInProtectedPath,
  hostLookalike,
  impossiblePattern,
  ineffectiveSetting,
  insecureEndpoint,
  invalidPattern,
  lenientArguments,
  limitedScan,
  logOriginal,
  longTokenTtl,
  longTransitionGrace,
  matchEverything,
  memoryNonceStorage,
  missingMethod,
  missingOwner,
  missingVersion,
  mixedScriptName,
  monitorBlock,
  monitorMode,
  newlineOrSecondCommand,
  nonStandardDeniedTools,
  optionalArgument,
  outdatedMethods,
  overbroadProtectedPath,
  pathTraversal,
  policyName,
  referenceIgnoresField,
  referenceRefusesPattern,
  resourceReadBypass,
  rotationDisabled,
  schemaHashMismatch,
  secretInPolicy,
  shadowedMethod,
  signatureMismatch,
  sortedTools,
  strayWhitespace,
  strictDefaultOnListedTools,
  strictWithoutArguments,
  suspiciousRange,
  tokenNotRequired,
  unanchoredPattern,
  undetectedEncoding,
  unexplainedException,
  unfilteredStderr,
  unguardedDestruction,
  unguardedExecution,
  unguardedNetwork,
  unknownArgument,
  unknownMethod,
  unknownTool,
  unlistedRequiredArgument,
  unnormalizedName,
  unprotectedSecrets,
  unreachableRule,
  unverifiedAat,
  weakDlpPattern,
  wildcardMethods,
  zeroRateLimit,
];
