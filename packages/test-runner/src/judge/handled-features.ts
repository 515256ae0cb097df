import type { TableFeature } from '@agentpolicy/core';

/**
 * What a policy may ask for beyond an engine. A judge verifies definitions and scans requests as a proxy does; a
 * signature says who wrote the policy, which no decision depends on.
 */
export const HANDLED_FEATURES: readonly TableFeature[] = ['schema_hash', 'scan_requests', 'signature'];
