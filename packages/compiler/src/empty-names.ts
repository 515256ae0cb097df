import { appendPointer, type Diagnostic, normalizeName } from '@agentpolicy/core';
import type { PolicyDocument, PolicySpec } from '@agentpolicy/spec';

/**
 * Names of which nothing is left once they are normalized: every such name would be the same one, and a client
 * could call it by any invisible text.
 */
export function findEmptyNames(document: PolicyDocument, spec: PolicySpec): Diagnostic[] {
  const lists = {
    allowed_tools: spec.allowed_tools,
    denied_tools: spec.denied_tools,
    allowed_methods: spec.allowed_methods,
    denied_methods: spec.denied_methods,
  };
  const named = Object.entries(lists).flatMap(([list, names]) =>
    (names ?? []).map((name, index) => ({ name, pointer: appendPointer(`/spec/${list}`, index) })),
  );
  const ruled = (spec.tool_rules ?? []).map(({ tool }, index) => ({
    name: tool,
    pointer: `${appendPointer('/spec/tool_rules', index)}/tool`,
  }));
  return [...named, ...ruled]
    .filter(({ name }) => normalizeName(name) === '')
    .map(({ pointer }) => ({
      code: 'empty-name',
      severity: 'error',
      message: 'nothing is left of this name once white space and invisible characters are removed',
      location: document.locate(pointer, 'value'),
      related: [],
      help: 'write the name as the server lists it',
      fixes: [],
    }));
}
