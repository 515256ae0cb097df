import { AIP_ERRORS } from '@agentpolicy/core';
import type { DecisionError, ToolReason } from '../types.ts';

const MAX_NAME = 100;

/** Names are shortened: what a client sent is not worth repeating at length. */
function shorten(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME)}…`;
}

/** What a client is told about a refusal (v1alpha1 §5). It never learns which paths are protected, nor a pattern. */
export function explainToClient(reason: ToolReason, tool: string): DecisionError | null {
  switch (reason.kind) {
    case 'permitted':
    case 'ask':
      return null;
    case 'rate-limit':
      return {
        ...AIP_ERRORS.rateLimited,
        reason: `Rate limit exceeded for ${shorten(tool)}. Try again later.`,
      };
    case 'protected-path':
      return { ...AIP_ERRORS.protectedPath, reason: 'An argument refers to a protected path' };
    case 'denied':
      return { ...AIP_ERRORS.forbidden, reason: 'Tool is in denied_tools list' };
    case 'blocked':
      return { ...AIP_ERRORS.forbidden, reason: 'Tool is blocked by a rule' };
    case 'not-listed':
      return { ...AIP_ERRORS.forbidden, reason: 'Tool not in allowed_tools list' };
    case 'argument-missing':
      return { ...AIP_ERRORS.forbidden, reason: `Argument "${shorten(reason.argument)}" is missing` };
    case 'argument-mismatch':
      return {
        ...AIP_ERRORS.forbidden,
        reason: `Argument "${shorten(reason.argument)}" has a value that is not allowed`,
      };
    case 'argument-undeclared':
      return { ...AIP_ERRORS.forbidden, reason: `Argument "${shorten(reason.argument)}" is not allowed` };
  }
}
