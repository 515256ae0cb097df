import type { Diagnostic } from '@agentpolicy/core';
import { type PolicyDocument, parsePolicy } from '@agentpolicy/spec';
import { createLinter, type LintOptions } from '../src/index.ts';

/** Adds what a fragment leaves out, so that a test or a page shows only what it is about. */
export function completePolicy(fragment: string): string {
  const parts: string[] = [];
  if (!/^apiVersion:/m.test(fragment)) parts.push('apiVersion: aip.io/v1alpha3\n');
  if (!/^kind:/m.test(fragment)) parts.push('kind: AgentPolicy\n');
  if (!/^metadata:/m.test(fragment)) parts.push('metadata:\n  name: example\n');
  parts.push(fragment);
  if (!/^spec:/m.test(fragment)) parts.push('spec: {}\n');
  return parts.join('');
}

/** Parses a policy that has to be valid. */
export function parseValid(text: string, file = 'policy.yaml'): PolicyDocument {
  const parsed = parsePolicy(text, file);
  if (parsed.ok) return parsed.document;
  const reasons = parsed.diagnostics.map(
    ({ location, message }) => `${location.range.start.line}: ${message}`,
  );
  throw new Error(`the policy is not valid:\n${reasons.join('\n')}\n\n${text}`);
}

/** The findings of one rule alone, whatever its default severity. */
export function runRule(rule: string, fragment: string, options: LintOptions = {}): readonly Diagnostic[] {
  const document = parseValid(completePolicy(fragment));
  const linter = createLinter({ preset: 'all', ...options });
  return linter.lint(document).filter((diagnostic) => diagnostic.code === rule);
}

/** The findings as `«marked text» message`. */
export function describeFindings(
  rule: string,
  fragment: string,
  options: LintOptions = {},
): readonly string[] {
  const text = completePolicy(fragment);
  return runRule(rule, fragment, options).map(({ location, message }) => {
    const { start, end } = location.range;
    return `«${text.slice(start.offset, end.offset)}» ${message}`;
  });
}

/** The fragment after every first fix of the rule's findings. */
export function applyFixes(rule: string, fragment: string, options: LintOptions = {}): string {
  const text = completePolicy(fragment);
  const edits = runRule(rule, fragment, options).flatMap(({ fixes }) => fixes[0]?.edits ?? []);
  const added = text.length - fragment.length;
  return applyEdits(text, edits).slice(text.endsWith(fragment) ? added : 0);
}

export function applyEdits(
  text: string,
  edits: readonly { readonly start: number; readonly end: number; readonly newText: string }[],
): string {
  let result = text;
  for (const edit of [...edits].sort((a, b) => b.start - a.start)) {
    result = result.slice(0, edit.start) + edit.newText + result.slice(edit.end);
  }
  return result;
}

/** A rule for one argument, the pattern in single quotes. */
export function withPattern(pattern: string, argument = 'value', tool = 'tool'): string {
  return `spec:
  tool_rules:
    - tool: ${tool}
      allow_args:
        ${argument}: '${pattern.replaceAll("'", "''")}'
`;
}

/** Whether any finding of the rule carries a fix. */
export function hasFix(rule: string, fragment: string, options: LintOptions = {}): boolean {
  return runRule(rule, fragment, options).some(({ fixes }) => fixes.length > 0);
}
