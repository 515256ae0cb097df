import type { KeyObject } from 'node:crypto';
import type { PolicyDocument, PolicySpec, ToolRule } from '@agentpolicy/spec';
import type { PatternModel } from './pattern-model.ts';
import type { RecordedTool } from './tool-list.ts';

/** A name in one of the policy's lists. */
export interface NamedEntry {
  readonly text: string;
  /** As it is compared (`normalizeName`). */
  readonly name: string;
  readonly pointer: string;
}

/** A pattern for one argument of a rule. */
export interface ArgumentModel {
  readonly name: string;
  readonly pointer: string;
  readonly pattern: PatternModel;
}

export interface ToolRuleModel {
  /** The rule as the policy has it, without defaults. */
  readonly written: ToolRule;
  /** Its name as written. */
  readonly tool: string;
  readonly name: string;
  readonly pointer: string;
  readonly action: 'allow' | 'block' | 'ask';
  /** Refuses arguments that it does not name, by its own word or by `strict_args_default`. */
  readonly strict: boolean;
  /** In the policy's order. */
  readonly arguments: readonly ArgumentModel[];
}

export interface DlpPatternModel {
  readonly name: string;
  readonly pointer: string;
  readonly scope: 'all' | 'request' | 'response';
  readonly pattern: PatternModel;
}

/** A tool that a call can get through to, and the entry that lets it. */
export interface PermittedTool {
  readonly tool: string;
  readonly name: string;
  readonly pointer: string;
  readonly rule: ToolRuleModel | undefined;
}

/** What a policy's text and a recorded tool list give the rules. Each part is worked out once, when first asked for. */
export interface PolicyModel {
  readonly document: PolicyDocument;
  /** Each version only adds to the one before, so the last one's type fits them all. */
  readonly spec: PolicySpec;
  readonly rules: readonly ToolRuleModel[];
  readonly allowed: readonly NamedEntry[];
  readonly denied: readonly NamedEntry[];
  readonly allowedMethods: readonly NamedEntry[];
  readonly deniedMethods: readonly NamedEntry[];
  readonly protectedPaths: readonly { readonly path: string; readonly pointer: string }[];
  readonly dlpPatterns: readonly DlpPatternModel[];
  /** Tools that neither `denied_tools` nor a `block` rule stops; a name that stands twice is here once. */
  readonly permitted: readonly PermittedTool[];
  /** The policy's arguments whose rule can let a call through, with their rule. */
  readonly constrained: readonly { readonly rule: ToolRuleModel; readonly argument: ArgumentModel }[];
  /** The client may call the method. */
  allowsMethod(method: string): boolean;
  /** The server's recorded tools; undefined where none were given. */
  readonly tools: readonly RecordedTool[] | undefined;
  /** The key that the policy's signature should verify with; undefined where none was given. */
  readonly publicKey: KeyObject | undefined;
}
