import { createPublicKey, type KeyObject } from 'node:crypto';
import { compareDiagnostics, type Diagnostic } from '@agentpolicy/core';
import type { PolicyDocument } from '@agentpolicy/spec';
import { resolveFix } from '../fixes/resolve-fix.ts';
import { LintError } from '../lint-error.ts';
import { createPolicyModel, type ModelContext } from '../model/create-model.ts';
import { createPatternFactory } from '../model/pattern-model.ts';
import { createPatternReader, type PatternReader } from '../model/pattern-reader.ts';
import type { RecordedTool } from '../model/tool-list.ts';
import { RULES } from '../rules/index.ts';
import { atKey, locatePlace } from './place.ts';
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
 * @throws LintError where the configuration names a rule or an option that does not exist, or the key is none
 */
export function createLinter(options: LintOptions = {}): Linter {
  const active = resolveSettings(RULES, options.preset ?? 'recommended', options.rules ?? {});
  const context = { tools: options.tools, publicKey: readPublicKey(options.publicKey) };
  const reader = createPatternReader();
  return { lint: (document) => runRules(document, active, context, reader) };
}

/**
 * Finds what is wrong with one policy.
 * @throws LintError where the options name a rule or an option that does not exist
 */
export function lintPolicy(document: PolicyDocument, options: LintOptions = {}): readonly Diagnostic[] {
  return createLinter(options).lint(document);
}

/** So many findings of one rule are shown for a policy: nobody reads more, and each takes time and memory. */
const MAX_FINDINGS = 1_000;

function runRules(
  document: PolicyDocument,
  active: readonly ActiveRule[],
  context: Omit<ModelContext, 'patterns'>,
  reader: PatternReader,
): readonly Diagnostic[] {
  const patterns = createPatternFactory(reader);
  const model = createPolicyModel(document, { ...context, patterns });
  const found: Diagnostic[] = [];
  for (const entry of active) {
    let count = 0;
    for (const finding of entry.rule.check(model, entry.options)) {
      if (++count > MAX_FINDINGS) {
        found.push(reportTooMany(document, entry));
        break;
      }
      found.push(toDiagnostic(document, entry, finding));
    }
  }
  if (patterns.isExhausted()) found.push(reportLimit(document));
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

/** An error, whatever the rule's severity: the policy has not been checked to its end. */
function reportTooMany(document: PolicyDocument, { rule: { meta } }: ActiveRule): Diagnostic {
  return {
    code: 'too-many-findings',
    severity: 'error',
    message: `\`${meta.name}\` finds more than ${MAX_FINDINGS} places in this policy: the others are not shown`,
    location: locatePlace(document, atKey('/spec')),
    related: [],
    help: 'correct these first, or split the policy',
    fixes: [],
  };
}

/** Findings may be missing: that is said, not kept quiet. */
function reportLimit(document: PolicyDocument): Diagnostic {
  return {
    code: 'analysis-limit',
    severity: 'warning',
    message:
      'the policy has too many or too complex patterns to compare them all: some findings may be missing',
    location: locatePlace(document, atKey('/spec')),
    related: [],
    help: 'split the policy, or simplify its patterns',
    fixes: [],
  };
}

function readPublicKey(pem: string | undefined): KeyObject | undefined {
  if (pem === undefined) return undefined;
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new LintError('bad-option', 'the public key is no key in PEM form');
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new LintError('bad-option', 'the public key is not an Ed25519 key, which policies are signed with');
}
