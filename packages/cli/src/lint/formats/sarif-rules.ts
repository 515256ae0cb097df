import { getRulePage, RULES, type RuleMeta } from '@agentpolicy/lint';

/** A `reportingDescriptor` of SARIF. */
export interface SarifRule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown?: string };
  readonly defaultConfiguration: { readonly level: string };
  readonly properties: Readonly<Record<string, unknown>>;
}

/** How GitHub ranks a security finding, from 0 to 10. */
const SECURITY_SEVERITY = { error: '8.0', warning: '5.5', info: '3.0', off: '2.0' } as const;
const LEVELS = { error: 'error', warning: 'warning', info: 'note', off: 'none' } as const;

/** The rules that results refer to, sorted; findings of the reader have codes that no rule describes. */
export function listSarifRules(codes: readonly string[]): readonly SarifRule[] {
  const byName = new Map(RULES.map(({ meta }) => [meta.name, meta]));
  return [...new Set(codes)].sort().map((code) => {
    const meta = byName.get(code);
    return meta === undefined ? describeCode(code) : describeRule(meta);
  });
}

function describeRule(meta: RuleMeta): SarifRule {
  const page = getRulePage(meta.name);
  const severity = meta.severity.recommended;
  return {
    id: meta.name,
    shortDescription: { text: meta.summary },
    help: {
      text: `${meta.summary} See ${page}, or run: aip rules ${meta.name}`,
      markdown: `${meta.summary}\n\nSee \`${page}\`, or run \`aip rules ${meta.name}\`.`,
    },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: [meta.category],
      ...(meta.category === 'security' ? { 'security-severity': SECURITY_SEVERITY[severity] } : {}),
    },
  };
}

function describeCode(code: string): SarifRule {
  const text = `The policy can't be read as it was meant: ${code.replaceAll('-', ' ')}.`;
  return {
    id: code,
    shortDescription: { text },
    help: { text },
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['correctness'] },
  };
}
