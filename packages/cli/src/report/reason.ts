import type { ToolReason } from '@agentpolicy/engine';
import { escapeControls } from '../terminal/printable.ts';

const MAX_VALUE = 120;

/** Why a tool call is decided as it is, for the person who owns the policy (a client is told less). */
export function describeReason(reason: ToolReason): string[] {
  switch (reason.kind) {
    case 'permitted':
      return ['the policy permits this call'];
    case 'ask':
      return ['the call is within the rule, which asks a person'];
    case 'rate-limit':
      return [`more than ${reason.limit.count} calls in ${reason.limit.periodMs / 1000} s`];
    case 'protected-path':
      return [
        `argument ${escapeControls(reason.argument)} refers to the protected path ${escapeControls(reason.path)}`,
      ];
    case 'denied':
      return ['the tool stands in denied_tools'];
    case 'blocked':
      return ['the rule of this tool blocks it'];
    case 'not-listed':
      return ['the tool is neither in allowed_tools nor has a rule'];
    case 'argument-missing':
      return [
        `argument \`${escapeControls(reason.argument)}\` is missing; its pattern is ${escapeControls(reason.pattern)}`,
      ];
    case 'argument-undeclared':
      return [`argument \`${escapeControls(reason.argument)}\` is not in allow_args, and the rule is strict`];
    case 'argument-mismatch':
      return [
        `argument \`${escapeControls(reason.argument)}\` does not match its pattern`,
        `  pattern ${escapeControls(reason.pattern)}`,
        ...pointIntoValue(reason.value, reason.matchedUntil),
      ];
  }
}

/** The value with a caret under the character at which no match was possible any more. */
function pointIntoValue(value: string, until: number): string[] {
  const start = Math.max(0, until - MAX_VALUE / 2);
  const before = escapeControls(value.slice(start, until));
  const after = escapeControls(value.slice(until, until + MAX_VALUE / 2));
  const lead = start > 0 ? '…' : '';
  const tail = until + MAX_VALUE / 2 < value.length ? '…' : '';
  return [
    `  value   ${lead}${before}${after}${tail}`,
    `          ${' '.repeat((lead + before).length)}^ no match is possible from here on`,
  ];
}
