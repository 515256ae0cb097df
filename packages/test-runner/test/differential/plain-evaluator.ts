import { RE2JS } from 're2js';

/**
 * The specification's pseudo-code (v1alpha1 §4), over the policy as written and without any table: slow,
 * plain, and sharing no code with the engine that it is held against. Only the parts of a policy that decide
 * on methods and tool calls.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface PlainRule {
  readonly tool: string;
  readonly action?: 'allow' | 'ask' | 'block';
  readonly rate_limit?: string;
  readonly strict_args?: boolean;
  readonly allow_args?: { readonly [name: string]: string };
}

export interface PlainPolicy {
  readonly apiVersion: string;
  readonly kind: 'AgentPolicy';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly mode?: 'enforce' | 'monitor';
    readonly allowed_tools?: readonly string[];
    readonly denied_tools?: readonly string[];
    readonly allowed_methods?: readonly string[];
    readonly denied_methods?: readonly string[];
    readonly strict_args_default?: boolean;
    readonly protected_paths?: readonly string[];
    readonly tool_rules?: readonly PlainRule[];
  };
}

export interface PlainDecision {
  readonly decision: string;
  readonly violation: boolean;
  readonly code: number | null;
  readonly argument: string | null;
}

const DEFAULT_METHODS = [
  'initialize',
  'initialized',
  'ping',
  'tools/call',
  'tools/list',
  'completion/complete',
  'notifications/initialized',
  'notifications/progress',
  'notifications/message',
  'notifications/resources/updated',
  'notifications/resources/list_changed',
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'cancelled',
];

export function plainNormalize(name: string): string {
  for (let current = name; ; ) {
    const next = current
      .normalize('NFKC')
      .replace(/./gsu, (character) => character.toLowerCase())
      .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '')
      .trim();
    if (next === current) return next;
    current = next;
  }
}

/** NORMALIZE sorts keys by UTF-16 units (RFC 8785); numbers here never need an exponent. */
export function plainString(value: Json): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  return canonical(value);
}

function canonical(value: Json): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

function strings(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(strings);
  return Object.entries(value).flatMap(([key, item]) => [key, ...strings(item)]);
}

/** Enough for the strings that the generator makes: words between spaces, `~`, slashes and dots. */
function isProtected(policy: PlainPolicy, args: Json, home: string, cwd: string): boolean {
  const resolve = (path: string): string => {
    const expanded = path === '~' || path.startsWith('~/') ? home + path.slice(1) : path;
    const parts: string[] = [];
    for (const part of (expanded.startsWith('/') ? expanded : `${cwd}/${expanded}`).split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return `/${parts.join('/')}`;
  };
  const words = strings(args)
    .flatMap((text) => text.split(' '))
    .filter((word) => word !== '');
  return (policy.spec.protected_paths ?? []).some((path) =>
    words.some((word) => {
      if (!path.startsWith('/') && !path.startsWith('~')) {
        return resolve(word)
          .split('/')
          .concat(word.split('/'))
          .some(
            (segment) =>
              segment === path ||
              [`${path}.`, `${path}-`, `${path}~`].some((start) => segment.startsWith(start)),
          );
      }
      const at = resolve(word);
      return at === resolve(path) || at.startsWith(`${resolve(path)}/`);
    }),
  );
}

const PERIODS: Readonly<Record<string, number>> = {
  second: 1_000,
  sec: 1_000,
  s: 1_000,
  minute: 60_000,
  min: 60_000,
  m: 60_000,
  hour: 3_600_000,
  hr: 3_600_000,
  h: 3_600_000,
};

const forbidden = (argument: string | null = null): PlainDecision => ({
  decision: 'BLOCK',
  violation: true,
  code: -32001,
  argument,
});

/** One session under one policy: the only state is what is left of each rate limit. */
export class PlainEvaluator {
  private readonly policy: PlainPolicy;
  private readonly home: string;
  private readonly cwd: string;
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(policy: PlainPolicy, home: string, cwd: string) {
    this.policy = policy;
    this.home = home;
    this.cwd = cwd;
  }

  isMethodAllowed(method: string): boolean {
    const { allowed_methods: allowed = [], denied_methods: denied = [] } = this.policy.spec;
    const name = plainNormalize(method);
    const list = (allowed.length === 0 ? DEFAULT_METHODS : allowed).map(plainNormalize);
    if (denied.map(plainNormalize).includes(name)) return false;
    if (list.includes(name)) return true;
    if (name !== 'server/discover') return list.includes('*');
    return (
      !denied.map(plainNormalize).includes('initialize') &&
      (list.includes('*') || list.includes('initialize'))
    );
  }

  decide(tool: string, args: { readonly [key: string]: Json }, now: number): PlainDecision {
    const { spec } = this.policy;
    const name = plainNormalize(tool);
    const rule = spec.tool_rules?.find((each) => plainNormalize(each.tool) === name);
    if (rule?.rate_limit !== undefined && !this.takeToken(name, rule.rate_limit, now)) {
      return { decision: 'RATE_LIMITED', violation: true, code: -32002, argument: null };
    }
    if (isProtected(this.policy, args, this.home, this.cwd)) return { ...forbidden(), code: -32007 };
    const judged = this.judge(name, rule, args);
    if (judged.decision === 'BLOCK' && spec.mode === 'monitor')
      return { ...judged, decision: 'ALLOW', code: null };
    return judged;
  }

  private judge(
    name: string,
    rule: PlainRule | undefined,
    args: { readonly [key: string]: Json },
  ): PlainDecision {
    const { spec } = this.policy;
    const permitted: PlainDecision = { decision: 'ALLOW', violation: false, code: null, argument: null };
    if ((spec.denied_tools ?? []).map(plainNormalize).includes(name)) return forbidden();
    if (rule?.action === 'block') return forbidden();
    const listed = (spec.allowed_tools ?? []).map(plainNormalize).includes(name);
    if (rule === undefined && !listed) return forbidden();
    for (const [argument, pattern] of Object.entries(rule?.allow_args ?? {})) {
      if (!Object.hasOwn(args, argument)) return forbidden(argument);
      if (
        !RE2JS.compile(pattern)
          .matcher(plainString(args[argument] ?? null))
          .find()
      )
        return forbidden(argument);
    }
    if (rule?.strict_args ?? spec.strict_args_default ?? false) {
      const extra = Object.keys(args).find((argument) => !Object.hasOwn(rule?.allow_args ?? {}, argument));
      if (extra !== undefined) return forbidden(extra);
    }
    return rule?.action === 'ask' ? { ...permitted, decision: 'ASK' } : permitted;
  }

  private takeToken(name: string, limit: string, now: number): boolean {
    const [count = '0', period = ''] = limit.split('/');
    const capacity = Number(count);
    const bucket = this.buckets.get(name) ?? { tokens: capacity, at: now };
    bucket.tokens = Math.min(
      capacity,
      bucket.tokens + ((now - bucket.at) * capacity) / (PERIODS[period] ?? 0),
    );
    bucket.at = now;
    this.buckets.set(name, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
