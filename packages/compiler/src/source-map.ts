import { appendPointer, type TablePlace } from '@agentpolicy/core';
import type { PolicyDocument, PolicySpec } from '@agentpolicy/spec';

/** Where each entry that can decide stands in the policy's text, sorted by pointer. */
export function mapSource(document: PolicyDocument, spec: PolicySpec): TablePlace[] {
  return listPointers(document, spec)
    .map((pointer): TablePlace => {
      const { start, end } = document.locate(pointer, 'value').range;
      return [pointer, start.line, start.column, end.line, end.column];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function listPointers(document: PolicyDocument, spec: PolicySpec): string[] {
  const pointers = (list: string, entries: readonly unknown[] | undefined): string[] =>
    entries?.map((_, index) => appendPointer(`/spec/${list}`, index)) ?? [];
  return [
    ...pointers('allowed_tools', spec.allowed_tools),
    ...pointers('denied_tools', spec.denied_tools),
    ...pointers('allowed_methods', spec.allowed_methods),
    ...pointers('denied_methods', spec.denied_methods),
    ...pointers('protected_paths', spec.protected_paths),
    ...pointers('tool_rules', spec.tool_rules),
    ...pointers('dlp/patterns', spec.dlp?.patterns),
    ...(spec.tool_rules ?? []).flatMap((rule, index) => {
      const pointer = appendPointer('/spec/tool_rules', index);
      return [
        ...(['action', 'rate_limit', 'strict_args', 'schema_hash'] as const)
          .filter((field) => field in rule)
          .map((field) => appendPointer(pointer, field)),
        ...document.listAllowedArguments(index).map((argument) => argument.pointer),
      ];
    }),
  ];
}
