import { compilePolicy } from '@agentpolicy/compiler';
import type { DecisionTable } from '@agentpolicy/core';
import { parsePolicy } from '@agentpolicy/spec';

/** One kind of secret that has a shape of its own. */
export interface SecretPattern {
  readonly name: string;
  /** RE2. */
  readonly regex: string;
}

/** Tokens whose makers gave them a shape that nothing else has. */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  {
    name: 'Private key',
    regex: '-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:[^-]*-----END (?:[A-Z]+ )*PRIVATE KEY-----)?',
  },
  { name: 'AWS access key', regex: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b' },
  { name: 'GitHub token', regex: '\\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\\b' },
  { name: 'GitLab token', regex: '\\bgl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{20,}' },
  { name: 'Slack token', regex: '\\bxox[abeoprs]-[A-Za-z0-9-]{10,}' },
  { name: 'Anthropic key', regex: '\\bsk-ant-[A-Za-z0-9_-]{20,}' },
  { name: 'OpenAI key', regex: '\\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}' },
  { name: 'Stripe key', regex: '\\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\\b' },
  { name: 'Google API key', regex: '\\bAIza[A-Za-z0-9_-]{35}' },
  { name: 'npm token', regex: '\\bnpm_[A-Za-z0-9]{36}\\b' },
  { name: 'JSON Web Token', regex: '\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}' },
  { name: 'Bearer token', regex: '\\b[Bb]earer [A-Za-z0-9._~+/-]{20,}=*' },
  { name: 'Password in a URL', regex: '\\b[a-z][a-z0-9+.-]*://[^\\s/:@]+:[^\\s/@]{8,}@' },
];

/** A table whose DLP finds them; it decides nothing. */
export function compileSecretPolicy(): DecisionTable {
  const policy = {
    apiVersion: 'aip.io/v1alpha1',
    kind: 'AgentPolicy',
    metadata: { name: 'well-known-secrets' },
    spec: { dlp: { detect_encoding: true, patterns: SECRET_PATTERNS } },
  };
  const parsed = parsePolicy(JSON.stringify(policy), 'well-known secrets');
  const compiled = parsed.ok ? compilePolicy(parsed.document) : parsed;
  if (compiled.ok && 'table' in compiled) return compiled.table;
  const problems = compiled.ok ? [] : compiled.diagnostics.map(({ message }) => message);
  throw new Error(`the patterns of well-known secrets are damaged: ${problems.join('; ')}`);
}
