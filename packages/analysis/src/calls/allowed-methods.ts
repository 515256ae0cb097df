import type { TableMethods } from '@agentpolicy/core';

/** Protocol 2026-07-28 has no handshake: this request took the place of `initialize`. */
const STANDS_FOR: Readonly<Record<string, string>> = { 'server/discover': 'initialize' };

/** Whether requests of a normalized method pass (v1alpha1 §4.2): a denial wins, in monitor mode too. */
export function isMethodAllowed(methods: TableMethods, name: string): boolean {
  const stands = Object.hasOwn(STANDS_FOR, name) ? STANDS_FOR[name] : undefined;
  if (methods.denied.some((method) => method.name === name)) return false;
  return methods.any || methods.allowed.some((method) => method.name === name || method.name === stands);
}
