import type { Diagnostic, Location, Range, Severity, TextIndex } from '@agentpolicy/core';
import { VERSION } from '../../version.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { LintedFile, LintReport, SuppressedFinding } from '../linted-file.ts';
import type { RenderContext } from './render-context.ts';
import { listSarifRules, type SarifRule } from './sarif-rules.ts';

/** GitHub refuses a run with more results. */
const MAX_RESULTS = 25_000;

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<
  Severity,
  string
>;

interface Entry {
  readonly diagnostic: Diagnostic;
  readonly index: TextIndex | undefined;
  readonly fingerprint: string;
  readonly suppression: SuppressedFinding | undefined;
}

/** SARIF 2.1.0, within what GitHub's code scanning takes: relative URIs, places from line 1, at most 25,000 results. */
export function renderSarif(report: LintReport, { toRepositoryPath }: RenderContext): string {
  const entries = report.files.flatMap(listEntries);
  const kept = keepGravest(entries);
  const rules = listSarifRules(kept.map(({ diagnostic }) => diagnostic.code));
  const ruleIndexes = new Map(rules.map(({ id }, index) => [id, index]));
  const write = createWriter(toRepositoryPath, ruleIndexes);
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'aip', semanticVersion: VERSION, rules } },
        automationDetails: { id: 'aip-lint/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: "the repository's root" } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: describeOmitted(entries.length - kept.length),
          },
        ],
        results: kept.map(write),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function listEntries({ diagnostics, suppressed, index }: LintedFile): readonly Entry[] {
  const seen = new Map<string, number>();
  const enter = (diagnostic: Diagnostic, suppression: SuppressedFinding | undefined): Entry => {
    const name = fingerprintOf(diagnostic, index);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { diagnostic, index, fingerprint: `${name}:${count}`, suppression };
  };
  return [
    ...diagnostics.map((diagnostic) => enter(diagnostic, undefined)),
    ...suppressed.map((suppression) => enter(suppression.diagnostic, suppression)),
  ];
}

/** Where there are too many, what counts stays before what does not, and errors before the rest. */
function keepGravest(entries: readonly Entry[]): readonly Entry[] {
  if (entries.length <= MAX_RESULTS) return entries;
  const weigh = ({ diagnostic, suppression }: Entry): number =>
    suppression !== undefined ? 3 : { error: 0, warning: 1, info: 2 }[diagnostic.severity];
  return [...entries].sort((a, b) => weigh(a) - weigh(b)).slice(0, MAX_RESULTS);
}

function describeOmitted(count: number): readonly object[] {
  if (count === 0) return [];
  return [
    { level: 'warning', message: { text: `${count} more findings are left out: the limit is reached` } },
  ];
}

function createWriter(
  toRepositoryPath: (file: string) => string,
  ruleIndexes: ReadonlyMap<SarifRule['id'], number>,
): (entry: Entry) => object {
  const artifact = (file: string): object => ({ uri: toUri(toRepositoryPath(file)), uriBaseId: '%SRCROOT%' });
  const place = ({ file, pointer, range }: Location): object => ({
    physicalLocation: { artifactLocation: artifact(file), region: toRegion(range) },
    ...(pointer === '' ? {} : { logicalLocations: [{ fullyQualifiedName: pointer }] }),
  });
  return ({ diagnostic, index, fingerprint, suppression }) => ({
    ruleId: diagnostic.code,
    ruleIndex: ruleIndexes.get(diagnostic.code),
    level: LEVELS[diagnostic.severity],
    message: {
      text:
        diagnostic.help === undefined
          ? diagnostic.message
          : `${diagnostic.message}\nhelp: ${diagnostic.help}`,
    },
    locations: [place(diagnostic.location)],
    relatedLocations: diagnostic.related.map(({ message, location }, id) => ({
      id,
      message: { text: message },
      ...place(location),
    })),
    partialFingerprints: { 'aipFinding/v1': fingerprint },
    ...(suppression === undefined ? {} : { suppressions: [toSuppression(suppression)] }),
    fixes:
      index === undefined
        ? []
        : diagnostic.fixes.map(({ title, safety, edits }) => ({
            description: { text: `${title} (${safety})` },
            artifactChanges: [
              {
                artifactLocation: artifact(diagnostic.location.file),
                replacements: edits.map(({ start, end, newText }) => ({
                  deletedRegion: toRegion(index.rangeAt(start, end)),
                  insertedContent: { text: newText },
                })),
              },
            ],
          })),
  });
}

function toSuppression({ by, reason }: SuppressedFinding): object {
  const kind = by === 'comment' ? 'inSource' : 'external';
  return reason === null ? { kind } : { kind, justification: reason };
}

function toRegion({ start, end }: Range): object {
  return {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

/** Each segment of the path is escaped: a name may hold what has a meaning in a URI. */
function toUri(path: string): string {
  return path.split('/').map(escapeSegment).join('/');
}

/** A lone half of a character, which a file's name may hold, can't be escaped. */
function escapeSegment(segment: string): string {
  return encodeURIComponent(Buffer.from(segment, 'utf8').toString('utf8'));
}
