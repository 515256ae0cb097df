import { createLinter, LintError, type RuleOverride, type RuleSeverity } from '@agentpolicy/lint';
import { isScalar, type Node } from 'yaml';
import type { RuleOverrides } from './config.ts';
import type { ConfigMember, ConfigReader } from './config-reader.ts';

export const RULE_SEVERITIES = ['error', 'warning', 'info', 'off'] as const satisfies readonly RuleSeverity[];

/** Reads `rules`: by name a severity, or a mapping with `severity` and `options`. */
export function readRules(reader: ConfigReader, member: ConfigMember | undefined): RuleOverrides {
  if (member === undefined) return {};
  const rules: [string, RuleOverride][] = [];
  for (const [name, rule] of reader.mapping(member.value, '`rules`')) {
    // What a rule and its options may be is the linter's knowledge: it is asked, and the answer gets a place.
    const unknown = explainRefusal(name, {});
    if (unknown !== undefined) reader.report(rule.key, unknown, '`aip rules` lists the rules');
    else rules.push([name, readRule(reader, name, rule)]);
  }
  return Object.fromEntries(rules);
}

function readRule(reader: ConfigReader, name: string, rule: ConfigMember): RuleOverride {
  if (isScalar(rule.value)) {
    const severity = reader.choice(rule, name, RULE_SEVERITIES);
    return severity === undefined ? {} : { severity };
  }
  const parts = reader.mapping(rule.value, `rule \`${name}\``, ['severity', 'options']);
  const severity = reader.choice(parts.get('severity'), 'severity', RULE_SEVERITIES);
  const options = readOptions(reader, name, parts.get('options'));
  return { ...(severity === undefined ? {} : { severity }), ...(options === undefined ? {} : { options }) };
}

function readOptions(
  reader: ConfigReader,
  rule: string,
  member: ConfigMember | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (member === undefined) return undefined;
  const options: [string, unknown][] = [];
  for (const [name, { key, value }] of reader.mapping(member.value, `the options of \`${rule}\``)) {
    const plain = toPlain(value);
    const refusal = explainRefusal(rule, { options: { [name]: plain } });
    if (refusal !== undefined) reader.report(value ?? key, refusal, `see: aip rules ${rule}`);
    else options.push([name, plain]);
  }
  return Object.fromEntries(options);
}

function toPlain(node: Node | null): unknown {
  if (node === null) return null;
  const plain: unknown = node.toJSON();
  return plain;
}

/** Why the linter does not take an override; undefined where it does. */
export function explainRefusal(rule: string, override: RuleOverride): string | undefined {
  try {
    createLinter({ rules: { [rule]: override } });
    return undefined;
  } catch (failure) {
    if (failure instanceof LintError) return failure.message;
    throw failure;
  }
}
