import { printable } from '../text/printable.ts';
import type { ApprovalRequest } from './approver.ts';

const MAX_FIELD = 200;
const MAX_ARGUMENTS = 1000;

/**
 * The lines that a dialog shows. What an agent chose stands on one line each, without anything that hides,
 * turns or breaks it: it can't look like another line.
 */
export function describeQuestion({
  tool,
  argsText,
  rule,
  policy,
  target,
}: ApprovalRequest): readonly string[] {
  return [
    `Tool: ${printable(tool, MAX_FIELD)}`,
    `Arguments: ${argsText === null ? 'none' : printable(argsText, MAX_ARGUMENTS)}`,
    `Server: ${printable(target, MAX_FIELD)}`,
    `Policy: ${printable(policy, MAX_FIELD)}, ${printable(rule, MAX_FIELD)}`,
  ];
}
