import {
  type DecisionTable,
  getMember,
  normalizeName,
  quoteJson,
  TABLE_FORMAT,
  TABLE_KIND,
} from '@agentpolicy/core';
import type { DecisionError, Engine, MessageScan, Scanner, ToolReason } from '@agentpolicy/engine';

/** What the stub decides, by normalized name; a name that is not here is not listed. */
export type StubTools = Readonly<
  Record<string, 'allow' | 'block' | 'ask' | 'limited' | 'protected' | 'violation'>
>;

export interface StubOptions {
  readonly tools?: StubTools;
  readonly allowedMethods?: readonly string[] | '*';
  readonly deniedMethods?: readonly string[];
  /** Redacted wherever it stands as `[REDACTED:secret]`. */
  readonly secret?: string;
  /** Name of an argument of the tool `read` that must be there. */
  readonly constrained?: string;
  readonly mode?: 'enforce' | 'monitor';
}

const FORBIDDEN: DecisionError = {
  code: -32001,
  message: 'Forbidden',
  reason: 'Tool not in allowed_tools list',
};

/** An engine that decides by a plain list, so that what surrounds decisions can be tested by itself. */
export function createStubEngine(options: StubOptions = {}): Engine {
  const { tools = {}, allowedMethods = '*', deniedMethods = [] } = options;
  const scanner = options.secret === undefined ? null : createStubScanner(options.secret);
  return {
    table: makeTable(options),
    couldAllow: (tool) => ['allow', 'ask'].includes(tools[normalizeName(tool)] ?? ''),
    requests: null,
    responses: scanner,
    logs: scanner,
    decideMethod(method) {
      const name = normalizeName(method);
      const allowed =
        !deniedMethods.includes(name) && (allowedMethods === '*' || allowedMethods.includes(name));
      return {
        decision: allowed ? 'ALLOW' : 'BLOCK',
        method: name,
        isToolCall: name === 'tools/call',
        pointer: null,
        error: allowed
          ? null
          : { code: -32006, message: 'Method not allowed', reason: 'Method is not allowed' },
      };
    },
    decideToolCall(call) {
      const name = normalizeName(call.name);
      const action = Object.hasOwn(tools, name) ? tools[name] : undefined;
      const base = { tool: name, entry: null, pointer: null, violation: false };
      const block = (reason: ToolReason, error: DecisionError) =>
        ({ ...base, decision: 'BLOCK', reason, error }) as const;
      const missing =
        name === 'read' &&
        options.constrained !== undefined &&
        getMember(call.args, options.constrained) === undefined;
      if (missing) {
        return block(
          { kind: 'argument-missing', argument: options.constrained, pattern: '^/srv/' },
          FORBIDDEN,
        );
      }
      switch (action) {
        case 'allow':
          return { ...base, decision: 'ALLOW', reason: { kind: 'permitted' }, error: null };
        case 'violation':
          return { ...base, decision: 'ALLOW', violation: true, reason: { kind: 'not-listed' }, error: null };
        case 'ask':
          return { ...base, decision: 'ASK', reason: { kind: 'ask' }, error: null };
        case 'limited':
          return {
            ...base,
            decision: 'RATE_LIMITED',
            reason: { kind: 'rate-limit', limit: { count: 1, periodMs: 1000 } },
            error: { code: -32002, message: 'Rate limit exceeded', reason: 'Try again later' },
          };
        case 'protected':
          return block(
            { kind: 'protected-path', path: '~/.ssh', argument: '/path' },
            { code: -32007, message: 'Access denied: protected path', reason: 'The path is protected' },
          );
        case 'block':
          return block({ kind: 'blocked' }, FORBIDDEN);
        case undefined:
          return block({ kind: 'not-listed' }, FORBIDDEN);
      }
    },
  };
}

/** Redacts one literal in whatever text it stands in; a match in `nextCursor` refuses the message. */
function createStubScanner(secret: string): Scanner {
  const replace = (text: string): { text: string; count: number } => {
    const parts = text.split(secret);
    return { text: parts.join('[REDACTED:secret]'), count: parts.length - 1 };
  };
  const events = (count: number) => (count === 0 ? [] : [{ rule: 'secret', count }]);
  return {
    scanText(text) {
      const { text: redacted, count } = replace(text);
      return { text: redacted, events: events(count), truncated: false };
    },
    scanMessage(_message, source): MessageScan {
      const { text, count } = replace(source);
      if (count === 0) return { kind: 'clean', events: [], truncated: false };
      if (source.includes(`"nextCursor":${quoteJson(secret)}`))
        return { kind: 'refused', problem: 'handle', events: events(count), truncated: false };
      return { kind: 'redacted', text, events: events(count), truncated: false };
    },
  };
}

function makeTable(options: StubOptions): DecisionTable {
  const names = Object.keys(options.tools ?? {}).sort();
  const table = {
    kind: TABLE_KIND,
    format: TABLE_FORMAT,
    compiler: 'test',
    unicode: '16.0.0',
    policy: {
      name: 'test-policy',
      apiVersion: 'aip.io/v1alpha1',
      version: null,
      hash: '0'.repeat(64),
      mode: options.mode ?? 'enforce',
    },
    requires: [],
    methods: {
      any: options.allowedMethods === undefined || options.allowedMethods === '*',
      allowed: [],
      denied: [...(options.deniedMethods ?? [])].sort().map((name, index) => ({ name, index })),
    },
    tools: names.map((name, index) => ({
      name,
      display: name,
      row: name === 'read' ? 1 : 0,
      rule: null,
      listed: index,
      denied: null,
    })),
    rows: [
      { action: 'allow', rateLimit: null, strict: false, args: [], schemaHash: null },
      {
        action: 'allow',
        rateLimit: null,
        strict: false,
        args: options.constrained === undefined ? [] : [{ name: options.constrained, pattern: 0 }],
        schemaHash: null,
      },
    ],
    patterns: [],
    programs: [],
    protectedPaths: [],
    dlp: null,
    sourceMap: [],
  } as const;
  return table;
}
