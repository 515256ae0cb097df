import { TABLE_FEATURES, type TableFeature } from '@agentpolicy/core';
import type { ComparedTable } from './diff-tools.ts';
import type { FeatureDifference, ModeDifference } from './difference.ts';
import { NO_PLACES } from './places.ts';

/** Monitor mode forwards what enforce mode refuses. */
export function diffMode(old: ComparedTable, next: ComparedTable): readonly ModeDifference[] {
  const from = old.judged.table.policy.mode;
  const to = next.judged.table.policy.mode;
  if (from === to) return [];
  const places = { old: [old.find('/spec/mode')], next: [next.find('/spec/mode')] };
  return [{ kind: 'mode', change: to === 'monitor' ? 'widened' : 'narrowed', from, to, places }];
}

/** These are compared in detail, where they matter. */
const COMPARED_APART: readonly TableFeature[] = ['schema_hash', 'scan_requests'];

/**
 * Checks that one of the policies asks for beyond its rules. One less is wider, but for `server`: that one
 * opens a port as well as adding a check. Features in `detailed` are left to whoever compares their
 * settings.
 */
export function diffFeatures(
  old: ComparedTable,
  next: ComparedTable,
  detailed: readonly TableFeature[],
): readonly FeatureDifference[] {
  return TABLE_FEATURES.flatMap((feature): FeatureDifference[] => {
    const before = old.judged.table.requires.includes(feature);
    const required = next.judged.table.requires.includes(feature);
    if (before === required || COMPARED_APART.includes(feature) || detailed.includes(feature)) return [];
    const change = feature === 'server' ? 'moved' : required ? 'narrowed' : 'widened';
    return [{ kind: 'feature', feature, change, required, places: NO_PLACES }];
  });
}
