import type { Change, Difference } from '@agentpolicy/analysis';
import type { TableRateLimit } from '@agentpolicy/core';

/** One difference in words; texts of a policy are as they are, so not fit for a terminal. */
export interface Description {
  readonly change: Exclude<Change, 'unchanged'>;
  readonly kind: Difference['kind'];
  /** What it is about, for example a tool's name. */
  readonly subject: string;
  /** From what to what. */
  readonly detail: string;
  /** How sure it is, or why nothing surer is known; null where there is nothing to say. */
  readonly note: string | null;
}

/** Puts a difference into words. */
export function describeDifference(one: Difference): Description {
  return { change: one.change, kind: one.kind, ...describe(one) };
}

function describe(one: Difference): Omit<Description, 'change' | 'kind'> {
  switch (one.kind) {
    case 'calls':
      return {
        subject: one.tool ?? 'tools that neither policy names',
        detail: `${one.from} → ${one.to}${one.focus.length === 0 ? '' : `, by ${one.focus.map((name) => name ?? 'an argument that no rule names').join(' and ')}`}`,
        note: one.why ?? (one.certainty === null ? null : CERTAINTY[one.certainty]),
      };
    case 'rate-limit':
      return {
        subject: `rate limit of ${one.tool}`,
        detail: `${describeLimit(one.from)} → ${describeLimit(one.to)}`,
        note: null,
      };
    case 'schema-hash':
      return {
        subject: `schema_hash of ${one.tool}`,
        detail: `${one.from ?? 'none'} → ${one.to ?? 'none'}`,
        note: null,
      };
    case 'method':
      return {
        subject: one.method === null ? 'methods that neither policy names' : `method ${one.method}`,
        detail: one.change === 'widened' ? 'refused → allowed' : 'allowed → refused',
        note: null,
      };
    case 'protected-path':
      return {
        subject: `protected path ${one.path}`,
        detail: one.change === 'widened' ? 'protected → open' : 'open → protected',
        note: null,
      };
    case 'mode':
      return { subject: 'mode', detail: `${one.from} → ${one.to}`, note: null };
    case 'feature':
      return {
        subject: one.feature,
        detail: one.required ? 'off → on' : 'on → off',
        note: null,
      };
    case 'setting':
      return {
        subject: `spec${one.setting.replaceAll('/', '.')}`,
        detail: `${one.from ?? 'absent'} → ${one.to ?? 'absent'}`,
        note: null,
      };
    case 'dlp-setting':
      return {
        subject: one.setting === 'dlp' ? 'dlp' : `dlp.${one.setting}`,
        detail: `${one.from} → ${one.to}`,
        note: null,
      };
    case 'dlp-pattern':
      return {
        subject: `DLP pattern ${one.pattern}`,
        detail: `${one.channels.join(', ')}${one.example === null ? '' : `: ${JSON.stringify(one.example)} ${REDACTION[one.change]}`}`,
        note: one.why,
      };
  }
}

const CERTAINTY = {
  proved: 'proved on the automata',
  confirmed: 'both engines confirm it',
  unconfirmed: 'no example that was tried is decided so by the engines, mostly for a protected path',
} as const;

const REDACTION = {
  widened: 'is redacted no more, or less of it',
  narrowed: 'is redacted now, or more of it',
  moved: 'is redacted otherwise',
  unknown: 'may be redacted otherwise',
} as const;

const PERIODS: ReadonlyMap<number, string> = new Map([
  [1000, 'second'],
  [60_000, 'minute'],
  [3_600_000, 'hour'],
]);

function describeLimit(limit: TableRateLimit | null): string {
  if (limit === null) return 'none';
  return `${limit.count}/${PERIODS.get(limit.periodMs) ?? `${limit.periodMs / 1000} s`}`;
}
