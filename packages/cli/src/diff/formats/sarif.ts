import { createHash } from 'node:crypto';
import { numberFindings, renderSarifLog, toSarifPlace } from '../../report/sarif-log.ts';
import type { DiffReport } from '../report.ts';
import { type Annotation, listAnnotations } from './annotations.ts';
import type { DiffRenderContext } from './render.ts';

/** SARIF, with a rule for each kind of change; what is acknowledged is suppressed. */
export function renderSarif(report: DiffReport, { toRepositoryPath }: DiffRenderContext): string {
  return renderSarifLog({
    category: 'aip-diff/',
    findings: numberFindings(listAnnotations(report), nameFinding),
    weigh: ({ finding }) => (finding.level === 'error' ? 0 : 1),
    describeRules: (kept) => [...new Set(kept.map(({ finding }) => finding.rule))].sort().map(describeRule),
    describeResult: (
      { finding: { rule, level, text, file, range, acknowledged }, fingerprint },
      ruleIndexes,
    ) => ({
      ruleId: rule,
      ruleIndex: ruleIndexes.get(rule),
      level,
      message: { text },
      locations: file === null ? [] : [toSarifPlace(toRepositoryPath(file), range)],
      relatedLocations: [],
      partialFingerprints: { 'aipDifference/v1': fingerprint },
      fixes: [],
      ...(acknowledged === null ? {} : { suppressions: [{ kind: 'external', justification: acknowledged }] }),
    }),
  });
}

function nameFinding({ rule, file, text }: Annotation): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, file, text]))
    .digest('hex')
    .slice(0, 32);
}

function describeRule(id: string): { readonly id: string } {
  const text = `A policy's change: ${id.replaceAll('-', ' ')}`;
  const isNarrower = id.startsWith('narrowed-');
  const rule = {
    id,
    shortDescription: { text },
    help: { text: `${text}. Run: aip diff --help` },
    defaultConfiguration: { level: isNarrower ? 'note' : 'error' },
    properties: { tags: ['security'], 'security-severity': isNarrower ? '2.0' : '8.0' },
  };
  return rule;
}
