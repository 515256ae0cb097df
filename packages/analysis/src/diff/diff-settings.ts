import { appendPointer } from '@agentpolicy/core';
import type { Change } from './change.ts';
import type { SettingDifference } from './difference.ts';
import type { Finder } from './places.ts';

/** Sections of a policy's `spec` that its table only names: what a parser read there, as plain JSON. */
export interface PolicySettings {
  readonly identity?: unknown;
  readonly server?: unknown;
  readonly registry?: unknown;
  readonly aat?: unknown;
}

export const SETTING_SECTIONS = ['identity', 'server', 'registry', 'aat'] as const;

/**
 * Values of a setting from the most open to the strictest; the default where the policy says nothing is
 * `absent`.
 */
interface Order {
  readonly values: readonly string[];
  readonly absent: string;
}

const SWITCH: Order = { values: ['false', 'true'], absent: 'false' };

/**
 * Settings that have an order (v1alpha2 §3.7, §3.8; v1alpha3 §3.10). A change of any other one is for
 * people to judge.
 */
const ORDERS: ReadonlyMap<string, Order> = new Map([
  ['/identity/enabled', SWITCH],
  ['/identity/require_token', SWITCH],
  ['/registry/enabled', SWITCH],
  ['/aat/enabled', SWITCH],
  ['/aat/require', SWITCH],
  [
    '/server/failover_mode',
    { values: ['"fail_open"', '"local_policy"', '"fail_closed"'], absent: '"fail_closed"' },
  ],
]);

/** Who is trusted: more of them is wider, and without a list anybody is (v1alpha3 §3.10.4). */
const TRUST_LISTS = new Set(['/aat/trusted_issuers']);

/** Every value in the sections that changed; what has no order counts as `moved`. */
export function diffSettings(
  old: PolicySettings,
  next: PolicySettings,
  find: { readonly old: Finder; readonly next: Finder },
): readonly SettingDifference[] {
  const before = flatten(old);
  const after = flatten(next);
  const pointers = [...new Set([...before.keys(), ...after.keys()])].sort();
  return pointers.flatMap((pointer): SettingDifference[] => {
    const [from, to] = [before.get(pointer) ?? null, after.get(pointer) ?? null];
    const change = compareValues(pointer, from, to);
    if (change === 'unchanged') return [];
    const places = {
      old: from === null ? [] : [find.old(`/spec${pointer}`)],
      next: to === null ? [] : [find.next(`/spec${pointer}`)],
    };
    return [{ kind: 'setting', setting: pointer, change, from, to, places }];
  });
}

function compareValues(pointer: string, from: string | null, to: string | null): Change {
  if (from === to) return 'unchanged';
  if (TRUST_LISTS.has(pointer)) return compareTrust(from, to);
  const order = ORDERS.get(pointer);
  const before = order?.values.indexOf(from ?? order.absent) ?? -1;
  const after = order?.values.indexOf(to ?? order.absent) ?? -1;
  if (before < 0 || after < 0) return 'moved';
  if (before === after) return 'unchanged';
  return after < before ? 'widened' : 'narrowed';
}

function compareTrust(from: string | null, to: string | null): Change {
  if (to === null) return 'widened';
  if (from === null) return 'narrowed';
  const [old, next] = [readList(from), readList(to)];
  const hasMore = next.some((item) => !old.includes(item));
  const hasLess = old.some((item) => !next.includes(item));
  // An empty list may be read as nobody or as anybody.
  if (old.length === 0 || next.length === 0) return hasMore || hasLess ? 'moved' : 'unchanged';
  if (hasMore) return hasLess ? 'moved' : 'widened';
  return hasLess ? 'narrowed' : 'unchanged';
}

function readList(text: string): readonly string[] {
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value.map((item: unknown) => JSON.stringify(item)) : [];
}

/** The JSON text of each value that is no object, by its pointer below `spec`. */
function flatten(settings: PolicySettings): Map<string, string> {
  const values = new Map<string, string>();
  const visit = (pointer: string, value: unknown): void => {
    if (value === undefined) return;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject) values.set(pointer, JSON.stringify(value));
    else for (const [key, child] of Object.entries(value)) visit(appendPointer(pointer, key), child);
  };
  for (const section of SETTING_SECTIONS) visit(`/${section}`, settings[section]);
  return values;
}
