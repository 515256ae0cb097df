import type { TableMethods } from '@agentpolicy/core';

/** Protocol 2026-07-28 has no handshake: this request took the place of `initialize`. */
const STANDS_FOR: Readonly<Record<string, string>> = { 'server/discover': 'initialize' };

/**
 * Whether requests of a normalized method pass (v1alpha1 §4.2): a denial wins, in monitor mode too. What took a
 * method's place is allowed and denied with it, unless the policy names it itself.
 */
export function isMethodAllowed(methods: TableMethods, name: string): boolean {
  const has = (list: TableMethods['allowed'], wanted: string | undefined): boolean =>
    list.some((method) => method.name === wanted);
  if (has(methods.denied, name)) return false;
  if (has(methods.allowed, name)) return true;
  const stands = Object.hasOwn(STANDS_FOR, name) ? STANDS_FOR[name] : undefined;
  if (has(methods.denied, stands)) return false;
  return methods.any || has(methods.allowed, stands);
}
