import { TABLE_FEATURES, type TableFeature } from '@agentpolicy/core';
import type { PolicyMetadata, PolicySpec } from '@agentpolicy/spec';

/** What the policy asks for beyond deciding on a call: whoever enforces its table must handle each, or refuse it. */
export function listFeatures(metadata: PolicyMetadata, spec: PolicySpec): TableFeature[] {
  return TABLE_FEATURES.filter((feature) => asksFor(feature, metadata, spec));
}

function asksFor(feature: TableFeature, metadata: PolicyMetadata, spec: PolicySpec): boolean {
  const { dlp, identity, aat } = spec;
  switch (feature) {
    case 'signature':
      return metadata.signature !== undefined;
    case 'schema_hash':
      return spec.tool_rules?.some((rule) => rule.schema_hash !== undefined) ?? false;
    case 'scan_requests':
      return dlp !== undefined && dlp.enabled !== false && dlp.scan_requests === true;
    case 'identity':
      return identity?.enabled === true || identity?.require_token === true;
    case 'server':
      return spec.server?.enabled === true;
    case 'registry':
      return spec.registry?.enabled === true;
    case 'aat':
      return aat?.enabled === true || aat?.require === true;
  }
}
