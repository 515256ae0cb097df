import type { Range } from '@agentpolicy/core';
import { VERSION } from '../version.ts';

/** GitHub refuses a run with more results. */
const MAX_RESULTS = 25_000;

/** One run of a tool, before its results are written. */
export interface SarifRun<T> {
  /** Tells this run's findings from those of others in one repository, for example `aip-diff/`. */
  readonly category: string;
  /** Everything that was found. */
  readonly findings: readonly T[];
  /** How grave a finding is, the gravest least: where there are too many, the others are left out. */
  readonly weigh: (finding: T) => number;
  /** The rules of those that are kept, each with an `id`. */
  readonly describeRules: (kept: readonly T[]) => readonly { readonly id: string }[];
  /** One result; `ruleIndexes` leads to its rule. */
  readonly describeResult: (finding: T, ruleIndexes: ReadonlyMap<string, number>) => object;
}

/** SARIF 2.1.0, within what GitHub's code scanning takes: relative URIs, places from line 1, at most 25,000 results. */
export function renderSarifLog<T>(run: SarifRun<T>): string {
  const { findings, weigh } = run;
  const kept =
    findings.length <= MAX_RESULTS
      ? findings
      : [...findings].sort((a, b) => weigh(a) - weigh(b)).slice(0, MAX_RESULTS);
  const rules = run.describeRules(kept);
  const ruleIndexes = new Map(rules.map(({ id }, index) => [id, index]));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'aip', semanticVersion: VERSION, rules } },
        automationDetails: { id: run.category },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: "the repository's root" } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: describeOmitted(findings.length - kept.length),
          },
        ],
        results: kept.map((finding) => run.describeResult(finding, ruleIndexes)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function describeOmitted(count: number): readonly object[] {
  if (count === 0) return [];
  return [
    { level: 'warning', message: { text: `${count} more findings are left out: the limit is reached` } },
  ];
}

/** A place in a file of the repository. */
export function toSarifPlace(repositoryPath: string, { start, end }: Range): object {
  const region = {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
  return { physicalLocation: { artifactLocation: toSarifArtifact(repositoryPath), region } };
}

/** A file of the repository; each segment of its path is escaped: a name may hold what has a meaning in a URI. */
export function toSarifArtifact(repositoryPath: string): object {
  return { uri: repositoryPath.split('/').map(escapeSegment).join('/'), uriBaseId: '%SRCROOT%' };
}

/** A lone half of a character, which a file's name may hold, can't be escaped. */
function escapeSegment(segment: string): string {
  return encodeURIComponent(Buffer.from(segment, 'utf8').toString('utf8'));
}

/** Names each finding by what it is about, and equal ones by their order. */
export function numberFindings<T>(
  findings: readonly T[],
  nameOf: (finding: T) => string,
): readonly { readonly finding: T; readonly fingerprint: string }[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const name = nameOf(finding);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { finding, fingerprint: `${name}:${count}` };
  });
}
