import type { TableFeature, TableRateLimit } from '@agentpolicy/core';
import type { Decision } from '../calls/decision.ts';
import type { Call } from '../calls/witness.ts';
import type { Change } from './change.ts';
import type { Places } from './places.ts';

/**
 * How sure a difference between calls is: `proved` on the automata, and where the caller can replay calls,
 * `confirmed` by it or `unconfirmed` (no example that was tried is decided so, for instance because
 * protected paths refuse it).
 */
export type Certainty = 'proved' | 'confirmed' | 'unconfirmed';

/** A difference that is more than equal or unequal. */
type Changed = Exclude<Change, 'unchanged'>;

/** Calls of one tool that are decided in another way. */
export interface CallsDifference {
  readonly kind: 'calls';
  /** Normalized; null for the tools that neither policy names. */
  readonly tool: string | null;
  readonly change: Changed;
  readonly from: Decision;
  readonly to: Decision;
  /** The tool's own entries are the same: the mode or the methods of the policy make the difference. */
  readonly policyWide: boolean;
  /**
   * A call that shows it, and what of it makes the difference; null where nothing is known (`why` says
   * why).
   */
  readonly witness: Call | null;
  readonly certainty: Certainty | null;
  /**
   * The arguments that make the difference; null among them is one that no rule names. Empty where the
   * action does.
   */
  readonly focus: readonly (string | null)[];
  readonly why: string | null;
  readonly places: Places;
}

export interface RateLimitDifference {
  readonly kind: 'rate-limit';
  readonly tool: string;
  readonly change: Changed;
  readonly from: TableRateLimit | null;
  readonly to: TableRateLimit | null;
  readonly places: Places;
}

export interface SchemaHashDifference {
  readonly kind: 'schema-hash';
  readonly tool: string;
  readonly change: Changed;
  readonly from: string | null;
  readonly to: string | null;
  readonly places: Places;
}

export interface MethodDifference {
  readonly kind: 'method';
  /** Normalized; null for the methods that neither policy names. */
  readonly method: string | null;
  readonly change: Changed;
  readonly places: Places;
}

export interface ProtectedPathDifference {
  readonly kind: 'protected-path';
  /** As one of the policies writes it. */
  readonly path: string;
  readonly change: Changed;
  readonly places: Places;
}

export interface ModeDifference {
  readonly kind: 'mode';
  readonly change: Changed;
  readonly from: 'enforce' | 'monitor';
  readonly to: 'enforce' | 'monitor';
  readonly places: Places;
}

export interface FeatureDifference {
  readonly kind: 'feature';
  readonly feature: TableFeature;
  readonly change: Changed;
  readonly required: boolean;
  readonly places: Places;
}

/** A value in a section that a table does not hold; found only where the caller gives these sections. */
export interface SettingDifference {
  readonly kind: 'setting';
  /** JSON pointer below `spec`. */
  readonly setting: string;
  readonly change: Changed;
  /** JSON text; null where the policy does not say. */
  readonly from: string | null;
  readonly to: string | null;
  readonly places: Places;
}

export interface DlpSettingDifference {
  readonly kind: 'dlp-setting';
  /** The field as a policy writes it; `dlp` for all of it. */
  readonly setting: string;
  readonly change: Changed;
  readonly from: string;
  readonly to: string;
  readonly places: Places;
}

/** Texts that DLP patterns are applied to. Logs are for every pattern, whatever its scope. */
export type DlpChannel = 'responses' | 'requests' | 'logs';

/** What DLP patterns find. */
export interface DlpPatternDifference {
  readonly kind: 'dlp-pattern';
  /** Name of the pattern that has no match in the other policy. */
  readonly pattern: string;
  readonly change: Changed;
  readonly channels: readonly DlpChannel[];
  /**
   * A text of which one policy redacts something or everything, and the other nothing or less; null where
   * it is not known.
   */
  readonly example: string | null;
  readonly why: string | null;
  readonly places: Places;
}

/** One difference between two policies. */
export type Difference =
  | CallsDifference
  | RateLimitDifference
  | SchemaHashDifference
  | MethodDifference
  | ProtectedPathDifference
  | ModeDifference
  | FeatureDifference
  | SettingDifference
  | DlpSettingDifference
  | DlpPatternDifference;

/** What changed for one tool, its rate limit and schema hash included. */
export interface ToolVerdict {
  /** Normalized. */
  readonly tool: string;
  readonly display: string;
  readonly change: Change;
}

/** How one policy differs from another. */
export interface TableDiff {
  readonly change: Change;
  /** Every tool that either policy names, sorted by name. */
  readonly tools: readonly ToolVerdict[];
  /** The tools that neither names, as one. */
  readonly otherTools: Change;
  /** What is policy-wide first, then by tool. */
  readonly differences: readonly Difference[];
}
