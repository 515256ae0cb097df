import { compareDiagnostics, type Diagnostic } from '@agentpolicy/core';
import { findNearestName } from '@agentpolicy/spec';
import type { Judge, Judgement } from '../judge/judgement.ts';
import type { SuppressedFinding } from '../linted-file.ts';
import { createIgnoreFindings, type IgnoreFindings } from './ignore-findings.ts';
import { type IgnoreComment, type NamedRule, readIgnores } from './read-ignores.ts';

/** What ignores are judged by. */
export interface IgnoreRules {
  readonly known: ReadonlySet<string>;
  /** Whether a rule has run: an ignore of one that has not may be needed when it does. */
  readonly hasRun: (rule: string) => boolean;
}

/**
 * Lets a policy's comments keep findings quiet. An ignore that is malformed, names no rule or is not needed is a
 * finding itself. A text that is no policy is left as it is: what keeps it from being read can't be ignored.
 */
export function withIgnores(judge: Judge, file: string, rules: IgnoreRules): Judge {
  return (text) => {
    const judged = judge(text);
    return judged.readable ? applyIgnores(judged, file, rules) : judged;
  };
}

function applyIgnores(judged: Judgement, file: string, rules: IgnoreRules): Judgement {
  const ignores = readIgnores(judged.comments, judged.index);
  if (ignores.length === 0) return judged;
  const findings = createIgnoreFindings(file, judged.index);
  const byLine = groupByTarget(ignores);
  const used = new Set<NamedRule>();
  const kept: Diagnostic[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const diagnostic of judged.diagnostics) {
    const found = findIgnore(byLine.get(diagnostic.location.range.start.line), diagnostic.code);
    if (found === undefined) {
      kept.push(diagnostic);
      continue;
    }
    used.add(found.rule);
    suppressed.push({ diagnostic, by: 'comment', reason: found.reason });
  }
  for (const ignore of ignores) checkIgnore(ignore, used, rules, findings);
  return {
    ...judged,
    diagnostics: [...kept, ...findings.list()].sort(compareDiagnostics),
    suppressed: [...judged.suppressed, ...suppressed],
  };
}

function groupByTarget(ignores: readonly IgnoreComment[]): ReadonlyMap<number, readonly IgnoreComment[]> {
  const groups = new Map<number, IgnoreComment[]>();
  for (const ignore of ignores) {
    const group = groups.get(ignore.target);
    if (group === undefined) groups.set(ignore.target, [ignore]);
    else group.push(ignore);
  }
  return groups;
}

function findIgnore(
  ignores: readonly IgnoreComment[] | undefined,
  code: string,
): { readonly rule: NamedRule; readonly reason: string } | undefined {
  for (const { content } of ignores ?? []) {
    if (content.kind !== 'rules') continue;
    const rule = content.rules.find(({ name }) => name === code);
    if (rule !== undefined) return { rule, reason: content.reason };
  }
  return undefined;
}

function checkIgnore(
  ignore: IgnoreComment,
  used: ReadonlySet<NamedRule>,
  { known, hasRun }: IgnoreRules,
  findings: IgnoreFindings,
): void {
  const { comment, content } = ignore;
  if (content.kind === 'malformed') {
    findings.addMalformed(comment, content.problem);
    return;
  }
  const needless = content.rules.filter(
    (rule) => known.has(rule.name) && !used.has(rule) && hasRun(rule.name),
  );
  for (const rule of content.rules) {
    if (!known.has(rule.name)) findings.addUnknown(comment, rule, () => findNearestName(rule.name, known));
  }
  for (const rule of needless) findings.addStale(comment, rule, needless.length === content.rules.length);
}
