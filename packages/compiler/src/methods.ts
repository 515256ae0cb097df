import {
  DEFAULT_ALLOWED_METHODS,
  normalizeName,
  type TableMethod,
  type TableMethods,
} from '@agentpolicy/core';
import type { PolicySpec } from '@agentpolicy/spec';

/** An absent or empty `allowed_methods` means the specification's default list (v1alpha1 §3.4.3). */
export function compileMethods(spec: PolicySpec): TableMethods {
  const allowed = spec.allowed_methods ?? [];
  return {
    any: allowed.some((method) => normalizeName(method) === '*'),
    allowed:
      allowed.length > 0
        ? sortMethods(allowed.map((method, index) => ({ name: normalizeName(method), index })))
        : sortMethods(DEFAULT_ALLOWED_METHODS.map((name) => ({ name, index: null }))),
    denied: sortMethods(
      (spec.denied_methods ?? []).map((method, index) => ({ name: normalizeName(method), index })),
    ),
  };
}

/** Sorted by name; of entries with one name the first stays. */
function sortMethods(methods: readonly TableMethod[]): TableMethod[] {
  const byName = new Map<string, TableMethod>();
  for (const method of methods) if (!byName.has(method.name)) byName.set(method.name, method);
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
