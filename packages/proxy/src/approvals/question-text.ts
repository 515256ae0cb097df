import { printable } from '../text/printable.ts';
import type { ApprovalRequest } from './approver.ts';
import { fitArguments, TOO_MANY_ARGUMENTS } from './fit-arguments.ts';

const MAX_FIELD = 200;
const MAX_ARGUMENTS = 1000;

/** Whether all arguments of a call can be shown to somebody: where some can't, nobody should be asked. */
export function canShowArguments(argsText: string | null): boolean {
  return argsText === null || fitArguments(argsText, MAX_ARGUMENTS) !== null;
}

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
    `Arguments: ${argsText === null ? 'none' : describeArguments(argsText)}`,
    `Server: ${printable(target, MAX_FIELD)}`,
    `Policy: ${printable(policy, MAX_FIELD)}, ${printable(rule, MAX_FIELD)}`,
  ];
}

function describeArguments(argsText: string): string {
  const shown = fitArguments(argsText, MAX_ARGUMENTS);
  return shown === null ? TOO_MANY_ARGUMENTS : printable(shown, MAX_ARGUMENTS);
}
