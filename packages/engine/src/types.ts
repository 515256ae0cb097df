import type { DecisionTable, JsonObject, TableFeature, TableRateLimit, TableTool } from '@agentpolicy/core';

/** What an engine can only know where it runs. */
export interface EngineEnvironment {
  /** Milliseconds; only differences count. Never read from anywhere else, so that a replay has its own time. */
  readonly clock: () => number;
  /** Absolute path that `~`, `$HOME` and `${HOME}` stand for. */
  readonly home: string;
  /** Absolute path that relative paths in arguments are resolved against. */
  readonly cwd: string;
  /** The file system treats `A` and `a` as one name. */
  readonly foldCase: boolean;
  /** Absolute paths that are always protected: the policy, its table, the audit log, signing keys. */
  readonly ownFiles: readonly string[];
  /**
   * Features of the table that the caller enforces, or knowingly leaves out and says so.
   * A table that requires any other feature is refused.
   */
  readonly handles?: readonly TableFeature[];
  /**
   * The engine that this one takes over from, for another table in the same session: a rate limit that is the
   * same in both keeps its level.
   */
  readonly continues?: Engine;
}

export interface ToolCall {
  readonly name: string;
  readonly args: JsonObject;
  /** The retry of a call that was paid for already: takes no token of its rate limit. */
  readonly free?: boolean;
}

/** What a client is told about a refused call (v1alpha1 §5.1). Never reveals which paths are protected. */
export interface DecisionError {
  readonly code: number;
  readonly message: string;
  readonly reason: string;
}

export interface MethodDecision {
  readonly decision: 'ALLOW' | 'BLOCK';
  /** The normalized method. */
  readonly method: string;
  /** The method is `tools/call` once normalized: the call is judged by decideToolCall next. */
  readonly isToolCall: boolean;
  /** JSON pointer of the entry that decided; null where no entry names the method. */
  readonly pointer: string | null;
  readonly error: DecisionError | null;
}

/** Why a tool call is decided as it is, whatever the mode. */
export type ToolReason =
  | { readonly kind: 'permitted' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'rate-limit'; readonly limit: TableRateLimit }
  /** `path` is the protected path as the policy writes it (or an own file), `argument` a JSON pointer into the arguments. */
  | { readonly kind: 'protected-path'; readonly path: string; readonly argument: string }
  | { readonly kind: 'denied' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'not-listed' }
  | { readonly kind: 'argument-missing'; readonly argument: string; readonly pattern: string }
  | {
      readonly kind: 'argument-mismatch';
      readonly argument: string;
      readonly pattern: string;
      /** What the pattern was matched against: STRING() of the argument. */
      readonly value: string;
      /** How many UTF-16 units of the value can be read before no match is possible any more. */
      readonly matchedUntil: number;
    }
  | { readonly kind: 'argument-undeclared'; readonly argument: string };

export interface ToolDecision {
  /** With the policy's mode applied: in monitor mode a BLOCK of step 5 and later becomes ALLOW with `violation`. */
  readonly decision: 'ALLOW' | 'ASK' | 'BLOCK' | 'RATE_LIMITED';
  readonly violation: boolean;
  readonly reason: ToolReason;
  /** The normalized tool name. */
  readonly tool: string;
  /** What the policy says of this tool; null where it does not name it. */
  readonly entry: TableTool | null;
  /** JSON pointer into the policy of the entry that decided; null where none names the tool. */
  readonly pointer: string | null;
  /** What is answered where the call is refused; null where it is forwarded or asked about. */
  readonly error: DecisionError | null;
}

/** How often a DLP pattern was found. */
export interface DlpEvent {
  /** The pattern's name. */
  readonly rule: string;
  readonly count: number;
}

export interface TextScan {
  readonly text: string;
  readonly events: readonly DlpEvent[];
  /** The policy limits scanning and the text is longer: the rest was not looked at. */
  readonly truncated: boolean;
}

/** What the scanner makes of a message. A redacted one differs from its source only in the matched text. */
export type MessageScan =
  | { readonly kind: 'clean'; readonly events: readonly []; readonly truncated: boolean }
  | {
      readonly kind: 'redacted';
      /** The message's new JSON text. */
      readonly text: string;
      readonly events: readonly DlpEvent[];
      readonly truncated: boolean;
    }
  | {
      readonly kind: 'refused';
      /** `handle`: a match inside an opaque handle; `key-collision`: two keys would become one. */
      readonly problem: 'handle' | 'key-collision';
      readonly events: readonly DlpEvent[];
      readonly truncated: boolean;
    };

/** Finds and redacts what the policy's DLP patterns match. */
export interface Scanner {
  scanText(text: string): TextScan;
  /** Scans every string and key of a JSON-RPC message; `source` is the text that the nodes' offsets refer to. */
  scanMessage(message: JsonObject, source: string): MessageScan;
}

export interface Engine {
  readonly table: DecisionTable;
  decideMethod(method: string): MethodDecision;
  decideToolCall(call: ToolCall): ToolDecision;
  /** Whether any call of the tool could be allowed or asked about, whatever the mode; the name as it is spelled anywhere. */
  couldAllow(tool: string): boolean;
  /** For the arguments of tool calls (v1alpha2 §3.6.1); null where the policy does not scan requests. */
  readonly requests: Scanner | null;
  /** For what a server sends; null where the policy scans no responses. */
  readonly responses: Scanner | null;
  /** For what goes into logs; null where the policy has no DLP. */
  readonly logs: Scanner | null;
}
