import { createHash } from 'node:crypto';
import { VERSION } from '../../version.ts';
import type { DiffReport } from '../report.ts';
import { type Annotation, listAnnotations } from './annotations.ts';
import type { DiffRenderContext } from './render.ts';

/** GitHub refuses a run with more results. */
const MAX_RESULTS = 25_000;

/** SARIF 2.1.0, within what GitHub's code scanning takes. */
export function renderSarif(report: DiffReport, { toRepositoryPath }: DiffRenderContext): string {
  const all = listAnnotations(report);
  const kept = [...all].sort((a, b) => weigh(a) - weigh(b)).slice(0, MAX_RESULTS);
  const rules = [...new Set(kept.map(({ rule }) => rule))].sort();
  const omitted = all.length - kept.length;
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'aip', semanticVersion: VERSION, rules: rules.map(describeRule) } },
        automationDetails: { id: 'aip-diff/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: "the repository's root" } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications:
              omitted === 0
                ? []
                : [{ level: 'warning', message: { text: `${omitted} more differences are left out` } }],
          },
        ],
        results: number(kept).map(({ annotation, fingerprint }) => ({
          ruleId: annotation.rule,
          ruleIndex: rules.indexOf(annotation.rule),
          level: annotation.level,
          message: { text: annotation.text },
          locations: locate(annotation, toRepositoryPath),
          relatedLocations: [],
          partialFingerprints: { 'aipDifference/v1': fingerprint },
          fixes: [],
          ...(annotation.acknowledged === null
            ? {}
            : { suppressions: [{ kind: 'external', justification: annotation.acknowledged }] }),
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function weigh({ level }: Annotation): number {
  return level === 'error' ? 0 : 1;
}

function describeRule(id: string): object {
  const text = `A policy's change: ${id.replace('-', ' ').replaceAll('-', ' ')}`;
  return {
    id,
    shortDescription: { text },
    help: { text: `${text}. Run: aip diff --help` },
    defaultConfiguration: { level: id.startsWith('narrowed-') ? 'note' : 'error' },
    properties: { tags: ['security'], 'security-severity': id.startsWith('narrowed-') ? '2.0' : '8.0' },
  };
}

function number(
  annotations: readonly Annotation[],
): readonly { readonly annotation: Annotation; readonly fingerprint: string }[] {
  const seen = new Map<string, number>();
  return annotations.map((annotation) => {
    const { rule, file, text } = annotation;
    const name = createHash('sha256')
      .update(JSON.stringify([rule, file, text]))
      .digest('hex')
      .slice(0, 32);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { annotation, fingerprint: `${name}:${count}` };
  });
}

function locate({ file, range }: Annotation, toRepositoryPath: (file: string) => string): readonly object[] {
  if (file === null) return [];
  const uri = toRepositoryPath(file)
    .split('/')
    .map((segment) => encodeURIComponent(Buffer.from(segment, 'utf8').toString('utf8')))
    .join('/');
  const { start, end } = range;
  const region = {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
  return [{ physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region } }];
}
