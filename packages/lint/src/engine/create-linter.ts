import { compareDiagnostics, type Diagnostic } from '@agentpolicy/core';
import type { PolicyDocument } from '@agentpolicy/spec';
import { resolveFix } from '../fixes/resolve-fix.ts';
import { createPolicyModel } from '../model/create-model.ts';
import { createPatternFactory } from '../model/pattern-model.ts';
import type { RecordedTool } from '../model/tool-list.ts';
import { RULES } from '../rules/index.ts';
import { locatePlace } from './place.ts';
import { type Finding, getRulePage, type Preset } from './rule.ts';
import { type ActiveRule, type RuleOverride, resolveSettings } from './settings.ts';

export interface LintOptions {
  /** `recommended` unless told. */
  readonly preset?: Preset;
  /** By rule name. */
  readonly rules?: Readonly<Record<string, RuleOverride>>;
  /** The server's recorded tools: without them, the rules that compare the policy with its server are silent. */
  readonly tools?: readonly RecordedTool[];
  /** PEM of the Ed25519 public key that the policy's signature should verify with. */
  readonly publicKey?: string;
}

export interface Linter {
  /** Finds what is wrong with a policy; never throws on a policy, sorted, the same for the same input. */
  lint(document: PolicyDocument): readonly Diagnostic[];
}

/**
 * Makes a linter for many policies: the configuration is checked once.
 * @throws LintError where the configuration names a rule or an option that does not exist
 */
export function createLinter(options: LintOptions = {}): Linter {
  const active = resolveSettings(RULES, options.preset ?? 'recommended', options.rules ?? {});
  return { lint: (document) => runRules(document, active, options) };
}

/**
 * Finds what is wrong with one policy.
 * @throws LintError where the options name a rule or an option that does not exist
 */
export function lintPolicy(document: PolicyDocument, options: LintOptions = {}): readonly Diagnostic[] {
  return createLinter(options).lint(document);
}

function runRules(
  document: PolicyDocument,
  active: readonly ActiveRule[],
  options: LintOptions,
): readonly Diagnostic[] {
  const patterns = createPatternFactory();
  const model = createPolicyModel(document, { tools: options.tools, publicKey: options.publicKey, patterns });
  const found: Diagnostic[] = [];
  for (const entry of active) {
    for (const finding of entry.rule.check(model, entry.options)) {
      found.push(toDiagnostic(document, entry, finding));
    }
  }
  return found.sort(compareDiagnostics);
}

function toDiagnostic(
  document: PolicyDocument,
  { rule, severity }: ActiveRule,
  finding: Finding,
): Diagnostic {
  const help = finding.help === undefined ? '' : `${finding.help}; `;
  return {
    code: rule.meta.name,
    severity,
    message: finding.message,
    location: locatePlace(document, finding.place),
    related: (finding.related ?? []).map(({ message, place }) => ({
      message,
      location: locatePlace(document, place),
    })),
    help: `${help}see ${getRulePage(rule.meta.name)}`,
    fixes: (finding.fixes ?? []).flatMap((fix) => resolveFix(document, fix) ?? []),
  };
}
