import type { KeyObject } from 'node:crypto';
import { DEFAULT_ALLOWED_METHODS, formatPointer, normalizeName } from '@agentpolicy/core';
import type { PolicyDocument, PolicySpec } from '@agentpolicy/spec';
import { lazily } from './lazily.ts';
import type { PatternFactory } from './pattern-model.ts';
import type {
  ArgumentModel,
  DlpPatternModel,
  NamedEntry,
  PermittedTool,
  PolicyModel,
  ToolRuleModel,
} from './policy-model.ts';
import type { RecordedTool } from './tool-list.ts';

/** What a policy is judged with beyond its own text. */
export interface ModelContext {
  readonly tools: readonly RecordedTool[] | undefined;
  readonly publicKey: KeyObject | undefined;
  readonly patterns: PatternFactory;
}

/** Builds the model that all rules share: nothing is computed before a rule asks for it, nothing twice. */
export function createPolicyModel(document: PolicyDocument, context: ModelContext): PolicyModel {
  const spec: PolicySpec = document.policy.spec;
  const parts = {
    rules: lazily(() => readRules(document, spec, context.patterns)),
    allowed: lazily(() => readNames(spec.allowed_tools, 'allowed_tools')),
    denied: lazily(() => readNames(spec.denied_tools, 'denied_tools')),
    allowedMethods: lazily(() => readNames(spec.allowed_methods, 'allowed_methods')),
    deniedMethods: lazily(() => readNames(spec.denied_methods, 'denied_methods')),
    dlpPatterns: lazily(() => readDlpPatterns(spec, context.patterns)),
    permitted: lazily(() => findPermitted(model)),
    constrained: lazily(() => findConstrained(model)),
    methods: lazily(() => collectMethods(model)),
  };
  const model: PolicyModel = {
    document,
    spec,
    get rules() {
      return parts.rules();
    },
    get allowed() {
      return parts.allowed();
    },
    get denied() {
      return parts.denied();
    },
    get allowedMethods() {
      return parts.allowedMethods();
    },
    get deniedMethods() {
      return parts.deniedMethods();
    },
    protectedPaths: (spec.protected_paths ?? []).map((path, index) => ({
      path,
      pointer: formatPointer(['spec', 'protected_paths', index]),
    })),
    get dlpPatterns() {
      return parts.dlpPatterns();
    },
    get permitted() {
      return parts.permitted();
    },
    get constrained() {
      return parts.constrained();
    },
    allowsMethod: (method) => {
      const name = normalizeName(method);
      const { any, allowed, denied } = parts.methods();
      return !denied.has(name) && (any || allowed.has(name));
    },
    tools: context.tools,
    publicKey: context.publicKey,
  };
  return model;
}

function readNames(list: readonly string[] | undefined, field: string): readonly NamedEntry[] {
  return (list ?? []).map((text, index) => ({
    text,
    name: normalizeName(text),
    pointer: formatPointer(['spec', field, index]),
  }));
}

function readRules(
  document: PolicyDocument,
  spec: PolicySpec,
  patterns: PatternFactory,
): readonly ToolRuleModel[] {
  return (spec.tool_rules ?? []).map((rule, index) => {
    const pointer = formatPointer(['spec', 'tool_rules', index]);
    const constraints = document
      .listAllowedArguments(index)
      .map((entry): ArgumentModel => ({ ...entry, pattern: patterns.create(entry.pattern) }));
    return {
      written: rule,
      tool: rule.tool,
      name: normalizeName(rule.tool),
      pointer,
      action: rule.action ?? 'allow',
      strict: rule.strict_args ?? spec.strict_args_default ?? false,
      arguments: constraints,
    };
  });
}

function readDlpPatterns(spec: PolicySpec, patterns: PatternFactory): readonly DlpPatternModel[] {
  return (spec.dlp?.patterns ?? []).map((pattern, index) => ({
    name: pattern.name,
    pointer: formatPointer(['spec', 'dlp', 'patterns', index]),
    scope: pattern.scope ?? 'all',
    pattern: patterns.create(pattern.regex),
  }));
}

function findPermitted(model: PolicyModel): readonly PermittedTool[] {
  const denied = new Set(model.denied.map((entry) => entry.name));
  const found = new Map<string, PermittedTool>();
  for (const rule of model.rules) {
    if (denied.has(rule.name)) continue;
    found.set(rule.name, { tool: rule.tool, name: rule.name, pointer: `${rule.pointer}/tool`, rule });
  }
  for (const entry of model.allowed) {
    if (denied.has(entry.name) || found.has(entry.name)) continue;
    found.set(entry.name, { tool: entry.text, name: entry.name, pointer: entry.pointer, rule: undefined });
  }
  return [...found.values()].filter((tool) => tool.rule?.action !== 'block');
}

function findConstrained(model: PolicyModel): PolicyModel['constrained'] {
  const found: PolicyModel['constrained'][number][] = [];
  for (const { rule } of model.permitted) {
    if (rule === undefined) continue;
    for (const argument of rule.arguments) found.push({ rule, argument });
  }
  return found;
}

interface Methods {
  readonly any: boolean;
  readonly allowed: ReadonlySet<string>;
  readonly denied: ReadonlySet<string>;
}

/** An empty list is as no list: the default of the specification (v1alpha1 §3.4.3). */
function collectMethods(model: PolicyModel): Methods {
  const listed = model.allowedMethods;
  const allowed = listed.length > 0 ? listed.map((entry) => entry.name) : DEFAULT_ALLOWED_METHODS;
  return {
    any: listed.some((entry) => entry.name === '*'),
    allowed: new Set(allowed),
    denied: new Set(model.deniedMethods.map((entry) => entry.name)),
  };
}
