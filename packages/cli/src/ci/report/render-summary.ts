import { EXIT, type ExitStatus } from '../../exit-status.ts';
import { escapeMarkdown } from '../../lint/formats/markdown.ts';
import type { ComparisonBase } from '../environment/comparison-base.ts';
import type { StepResult } from '../step.ts';
import type { Coverage } from '../steps/test-step.ts';

/** What a run has come to, for a summary. */
export interface CiOutcome {
  readonly status: ExitStatus;
  readonly results: readonly StepResult[];
  /** Undefined where nothing was to be compared. */
  readonly base: ComparisonBase | undefined;
  readonly coverage: Coverage | null;
  readonly baseCoverage: Coverage | null;
}

/**
 * The whole report in markdown: what each step came to, then what each has to say.
 * @param limit UTF-16 units that it may have; what is too long is cut at a line, and said
 */
export function renderSummary(outcome: CiOutcome, limit: number): string {
  const { results, base } = outcome;
  const head = [
    `## AgentPolicy: ${VERDICTS[outcome.status]}`,
    '',
    '| step | result |',
    '|---|---|',
    ...results.map((result) => `| ${result.step} | ${describeResult(result)} |`),
    '',
    ...(base?.kind === 'range'
      ? [`Compared: ${escapeMarkdown(shorten(base.operand))}, known from ${escapeMarkdown(base.source)}.`, '']
      : []),
    ...describeCoverage(outcome),
  ];
  // What a reviewer has to see comes first.
  const sections = [...results].sort((a, b) => ORDER[a.step] - ORDER[b.step]);
  let text = `${head.join('\n')}\n`;
  for (const { step, markdown } of sections) {
    if (markdown === undefined) continue;
    const section = cut(markdown, limit - text.length - NOTE_ROOM);
    text += `\n${section}`;
    if (section.length < markdown.length)
      text += `\nThe report of ${step} is cut here: it is too long. The log has all of it.\n`;
  }
  return text;
}

const ORDER = { diff: 0, lint: 1, test: 2 } as const;

/** For the remark that something is cut, of each step. */
const NOTE_ROOM = 400;

const VERDICTS: Readonly<Record<ExitStatus, string>> = {
  [EXIT.clean]: 'passed',
  [EXIT.findings]: 'stopped',
  [EXIT.usage]: 'could not be checked',
  [EXIT.nothing]: 'nothing to check',
  [EXIT.internal]: 'could not be checked',
};

function describeResult({ status, note }: StepResult): string {
  const said = note === null ? '' : `: ${escapeMarkdown(note)}`;
  if (status === 'skipped') return `skipped${said}`;
  return status === EXIT.nothing ? `nothing to check${said}` : `${VERDICTS[status]}${said}`;
}

function describeCoverage({ coverage, baseCoverage }: CiOutcome): string[] {
  if (coverage === null) return [];
  const now = `${coverage.percent} % (${coverage.seen} of ${coverage.total} outcomes)`;
  if (baseCoverage === null) return [`The tests show ${now} of the policies.`, ''];
  const change = Math.round((coverage.percent - baseCoverage.percent) * 10) / 10;
  const sign = change > 0 ? '+' : '';
  return [
    `The tests show ${now} of the policies; at the base ${baseCoverage.percent} % (${sign}${change}).`,
    '',
  ];
}

/** Commits in a range, as people name them. */
function shorten(operand: string): string {
  return operand.replace(/[0-9a-f]{40,}/g, (commit) => commit.slice(0, 12));
}

/** The lines that fit, without a part that is opened and not closed. */
function cut(markdown: string, room: number): string {
  if (markdown.length <= room) return markdown;
  const kept: string[] = [];
  let length = 0;
  for (const line of markdown.split('\n')) {
    length += line.length + 1;
    if (length > room || line.startsWith('<details>')) break;
    kept.push(line);
  }
  return kept.map((line) => `${line}\n`).join('');
}
