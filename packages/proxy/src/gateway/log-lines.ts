import type { DecisionTable } from '@agentpolicy/core';
import { printable, quotePrintable } from '../text/printable.ts';
import type { CallDecision, CallReason } from './call-decision.ts';

/** What is said of a policy when it is loaded. */
export function describePolicy(table: DecisionTable): readonly string[] {
  const listed = table.tools
    .filter((tool) => tool.listed !== null)
    .sort((a, b) => (a.listed ?? 0) - (b.listed ?? 0));
  const lines = [
    `Loaded policy: ${printable(table.policy.name)}`,
    `Allowed tools: [${listed.map((tool) => printable(tool.display)).join(' ')}]`,
  ];
  if (table.policy.mode === 'monitor') {
    lines.push(
      'WARNING: Policy mode is monitor: calls that break the policy are logged and let through ' +
        '(denied methods, rate limits, protected paths and approvals are enforced)',
    );
  }
  if (table.dlp?.scanRequests === true && table.dlp.logOriginalOnFailure) {
    lines.push(
      'WARNING: calls that can not be redacted are written to the audit log as they are (log_original_on_failure)',
    );
  }
  if (table.dlp !== null && table.dlp.maxScanSize !== null) {
    lines.push(
      `WARNING: DLP looks at the first ${table.dlp.maxScanSize} bytes of a message only (max_scan_size)`,
    );
  }
  return lines;
}

/** One line about a decided call, in the words of the reference implementation where it has some. */
export function describeToolDecision(name: string, decision: CallDecision): string {
  const tool = `Tool ${quotePrintable(name)}`;
  if (decision.decision === 'ASK') return `ASK: ${tool} needs approval`;
  if (decision.decision === 'ALLOW') {
    return decision.violation
      ? `ALLOW_MONITOR (dry-run): ${tool} would be blocked, reason: ${describeReason(decision.reason)}`
      : `ALLOWED: ${tool} permitted by policy`;
  }
  switch (decision.reason.kind) {
    case 'rate-limit':
      return `RATE_LIMITED: ${tool} exceeded rate limit`;
    case 'protected-path':
      return `BLOCKED_PROTECTED_PATH: ${tool} attempted to access protected path ${quotePrintable(decision.reason.path)}`;
    case 'argument-missing':
    case 'argument-mismatch':
      return `BLOCKED: ${tool} argument ${quotePrintable(decision.reason.argument)} failed validation (pattern: ${printable(decision.reason.pattern)})`;
    case 'argument-undeclared':
      return `BLOCKED: ${tool} argument ${quotePrintable(decision.reason.argument)} is not declared by policy`;
    case 'schema-mismatch':
    case 'schema-drift':
    case 'tool-absent':
      return `BLOCKED_SCHEMA: ${tool}: ${describeReason(decision.reason)}`;
    case 'permitted':
    case 'ask':
    case 'denied':
    case 'blocked':
    case 'not-listed':
      return `BLOCKED: ${tool} not allowed by policy`;
  }
}

/** Why a call was decided as it was, for the operator: it may name what a client must not learn. */
export function describeReason(reason: CallReason): string {
  switch (reason.kind) {
    case 'permitted':
      return 'permitted';
    case 'ask':
      return 'the call needs approval';
    case 'rate-limit':
      return `more than ${reason.limit.count} calls in ${reason.limit.periodMs} ms`;
    case 'protected-path':
      return `${argumentAt(reason.argument)} refers to the protected path ${quotePrintable(reason.path)}`;
    case 'denied':
      return 'denied by denied_tools';
    case 'blocked':
      return 'blocked by its rule';
    case 'not-listed':
      return 'not in allowed_tools, and no rule names it';
    case 'argument-missing':
      return `argument ${quotePrintable(reason.argument)} is missing`;
    case 'argument-mismatch':
      return `argument ${quotePrintable(reason.argument)} does not match ${printable(reason.pattern)}`;
    case 'argument-undeclared':
      return `argument ${quotePrintable(reason.argument)} is not declared, and undeclared ones are refused`;
    case 'schema-mismatch':
      return `its definition has the hash ${reason.actual}, and the policy wants ${reason.expected}`;
    case 'schema-drift':
      return `its definition is not the one that was pinned: ${reason.parts.join(', ')} changed`;
    case 'tool-absent':
      return 'the server does not list the tool';
  }
}

function argumentAt(pointer: string): string {
  return pointer === '' ? 'the arguments' : `argument ${printable(pointer)}`;
}
