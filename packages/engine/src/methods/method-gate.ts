import { AIP_ERRORS, normalizeName, type TableMethod, type TableMethods } from '@agentpolicy/core';
import type { DecisionError, MethodDecision } from '../types.ts';

const TOOL_CALL = 'tools/call';
const INITIALIZE = 'initialize';
/** Protocol 2026-07-28 has no handshake: this request took the place of `initialize`. */
const DISCOVER = 'server/discover';

/** Spellings are remembered up to this many: a hostile client can't fill the memory. */
const MAX_REMEMBERED = 1024;
const MAX_REMEMBERED_LENGTH = 128;

function refuse(reason: string): DecisionError {
  return { ...AIP_ERRORS.methodNotAllowed, reason };
}

const DENIED = refuse('Method is in denied_methods list');
const NOT_ALLOWED = refuse('Method not in allowed_methods list');

/** Decides on methods (v1alpha1 §4.2): a denial wins, also in monitor mode. */
export function createMethodGate(methods: TableMethods): (method: string) => MethodDecision {
  const allowed = new Map(methods.allowed.map((method) => [method.name, method]));
  const denied = new Map(methods.denied.map((method) => [method.name, method]));
  const remembered = new Map<string, MethodDecision>();

  function decide(method: string): MethodDecision {
    const name = normalizeName(method);
    const result = (pointer: string | null, error: DecisionError | null): MethodDecision => ({
      decision: error === null ? 'ALLOW' : 'BLOCK',
      method: name,
      isToolCall: name === TOOL_CALL,
      pointer,
      error,
    });
    const own = allowed.get(name);
    // What took the place of `initialize` is denied with it, unless the policy names it itself.
    const denial =
      denied.get(name) ?? (name === DISCOVER && own === undefined ? denied.get(INITIALIZE) : undefined);
    if (denial !== undefined) return result(point('denied_methods', denial), DENIED);
    const permission =
      own ??
      (name === DISCOVER ? allowed.get(INITIALIZE) : undefined) ??
      (methods.any ? allowed.get('*') : undefined);
    if (permission !== undefined) return result(point('allowed_methods', permission), null);
    return result(null, NOT_ALLOWED);
  }

  return (method) => {
    const before = remembered.get(method);
    if (before !== undefined) return before;
    const decision = decide(method);
    if (method.length <= MAX_REMEMBERED_LENGTH) {
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(method, decision);
    }
    return decision;
  };
}

function point(list: string, method: TableMethod): string | null {
  return method.index === null ? null : `/spec/${list}/${method.index}`;
}
