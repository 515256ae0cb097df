import { appendPointer, createTextIndex, type Diagnostic, type TextIndex } from '@agentpolicy/core';
import type { ApiVersion } from '../fields/policy-field.ts';
import type { AgentPolicy } from '../generated/agent-policy.gen.ts';
import { checkText, DEFAULT_MAX_BYTES } from '../source/check-text.ts';
import type { CommentToken } from '../source/check-tokens.ts';
import { createFindings, type FindingContext, type Findings } from '../source/findings.ts';
import { createLocator } from '../source/locate.ts';
import { readYaml } from '../source/read-yaml.ts';
import type { Slot, SourceComment } from '../source/tree.ts';
import { SpecError } from '../spec-error.ts';
import { checkFields } from '../validate/check-fields.ts';
import { checkHeader } from '../validate/check-header.ts';
import { checkAudience } from '../validate/checks/audience.ts';
import { checkDuplicateToolRules } from '../validate/checks/duplicate-tool-rule.ts';
import { checkNonceWindow } from '../validate/checks/nonce-window.ts';
import { checkRequiredTogether } from '../validate/checks/required-together.ts';
import { checkRotationBelowTtl } from '../validate/checks/rotation-below-ttl.ts';
import { checkSymmetricKey } from '../validate/checks/symmetric-key.ts';
import { checkTlsRequired } from '../validate/checks/tls-required.ts';
import { createPolicyView, type PolicyView } from '../validate/policy-view.ts';
import { hashPolicy } from './canonicalize-policy.ts';
import type { AllowedArgument, PolicyDocument, PolicySource } from './policy-document.ts';

export interface ParsePolicyOptions {
  /** How many bytes of UTF-8 the text may have; 1 MiB unless told. */
  readonly maxBytes?: number;
}

export type ParsePolicyResult =
  | { readonly ok: true; readonly document: PolicyDocument }
  | {
      readonly ok: false;
      /** At least one, all of them errors, in the order of the text. */
      readonly diagnostics: readonly Diagnostic[];
      readonly source: PolicySource;
    };

/** What the fields must be together: each looks at one demand of the specification. */
const CHECKS: readonly ((view: PolicyView, findings: Findings) => void)[] = [
  checkDuplicateToolRules,
  checkRotationBelowTtl,
  checkNonceWindow,
  checkAudience,
  checkRequiredTogether,
  checkSymmetricKey,
  checkTlsRequired,
];

/**
 * Reads a policy from YAML 1.2 or JSON. Gives a document whose values can be located in the text, or everything that
 * is wrong with it. Patterns are not looked at: that is the compiler's part. Never throws on any text.
 * @throws SpecError `bad-option` where `maxBytes` is not a whole number above zero.
 */
export function parsePolicy(
  text: string,
  file: string,
  { maxBytes = DEFAULT_MAX_BYTES }: ParsePolicyOptions = {},
): ParsePolicyResult {
  if (!Number.isSafeInteger(maxBytes) || maxBytes <= 0) {
    throw new SpecError('bad-option', `maxBytes must be a whole number above zero: ${maxBytes}`);
  }
  const index = createTextIndex(text);
  const context: FindingContext = { file, rangeAt: index.rangeAt };
  const findings = createFindings(context);
  const { root, comments } = checkText(text, maxBytes, findings)
    ? readYaml(text, context, findings)
    : { root: undefined, comments: [] };
  const source: PolicySource = { file, text, index, comments: placeComments(comments, index) };
  const document = root === undefined ? undefined : checkPolicy(source, root, findings);
  if (document !== undefined && findings.size === 0) return { ok: true, document };
  return { ok: false, diagnostics: findings.list(), source };
}

function placeComments(tokens: readonly CommentToken[], index: TextIndex): readonly SourceComment[] {
  return tokens.map(({ start, source }) => {
    const { line, column } = index.positionAt(start);
    return { line, column, text: source.slice(1) };
  });
}

function checkPolicy(source: PolicySource, root: Slot, findings: Findings): PolicyDocument | undefined {
  const locator = createLocator(source.file, source.index, root);
  const view = createPolicyView(source.file, source.text, root, locator);
  const header = checkHeader(view, findings);
  if (header.kind === 'stop') return undefined;
  const policy = checkFields(view, header.apiVersion, findings);
  for (const check of CHECKS) check(view, findings);
  if (findings.size > 0 || policy === undefined) return undefined;
  return createDocument(source, header.apiVersion, policy, view);
}

function createDocument(
  source: PolicySource,
  apiVersion: ApiVersion,
  policy: AgentPolicy,
  view: PolicyView,
): PolicyDocument {
  const { locate, locateInString } = view.locator;
  let hash: string | undefined;
  return {
    ...source,
    apiVersion,
    policy,
    // A linter never asks for it.
    get hash() {
      hash ??= hashPolicy(policy);
      return hash;
    },
    locate,
    locateInString,
    listAllowedArguments(ruleIndex) {
      const pointer = `/spec/tool_rules/${ruleIndex}/allow_args`;
      const node = view.nodeAt(pointer);
      if (node?.kind !== 'map') return [];
      return [...node.entries.values()].flatMap(({ key, node: pattern }): readonly AllowedArgument[] =>
        pattern.kind === 'scalar' && typeof pattern.value === 'string'
          ? [{ name: key, pattern: pattern.value, pointer: appendPointer(pointer, key) }]
          : [],
      );
    },
    listKeys(pointer) {
      const node = view.nodeAt(pointer);
      return node?.kind === 'map' ? [...node.entries.keys()] : [];
    },
  };
}
