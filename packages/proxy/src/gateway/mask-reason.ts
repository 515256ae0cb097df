import { formatPointer } from '@agentpolicy/core';
import type { AuditText } from './audit-text.ts';
import type { CallDecision, CallReason } from './call-decision.ts';

/**
 * The decision with the names that come from the wire as the policy's scanner lets them through. What is quoted,
 * escaped or cut afterwards could hide a match from the scanner, so that this comes first.
 */
export function maskDecision(auditText: AuditText, decision: CallDecision): CallDecision {
  return { ...decision, reason: maskReason(auditText, decision.reason) };
}

function maskReason(auditText: AuditText, reason: CallReason): CallReason {
  switch (reason.kind) {
    case 'protected-path':
      return { ...reason, argument: maskPointer(auditText, reason.argument) };
    case 'argument-missing':
    case 'argument-mismatch':
    case 'argument-undeclared':
      return { ...reason, argument: auditText.line(reason.argument) };
    case 'permitted':
    case 'ask':
    case 'rate-limit':
    case 'denied':
    case 'blocked':
    case 'not-listed':
    case 'schema-mismatch':
    case 'schema-drift':
    case 'tool-absent':
      return reason;
  }
}

/** Each key by itself, as it came. */
function maskPointer(auditText: AuditText, pointer: string): string {
  const keys = pointer.split('/').slice(1);
  return formatPointer(keys.map((key) => auditText.line(key.replaceAll('~1', '/').replaceAll('~0', '~'))));
}
