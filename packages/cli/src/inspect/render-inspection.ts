import type { TableRow } from '@agentpolicy/core';
import { plural } from '../report/diagnostics-pretty.ts';
import { escapeControls } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import type { InspectedProgram, InspectedRow, Inspection } from './inspect-table.ts';

const MAX_NAMES = 8;
const MAX_SOURCE = 60;

/** The inspection for a person: one line for what decides, one for each row and program. */
export function renderInspection(inspection: Inspection, style: Style): string[] {
  const { policy, savings } = inspection;
  return [
    `${style.bold(escapeControls(policy.name))} ${policy.apiVersion}, ${policy.mode} mode`,
    style.dim(
      `policy ${policy.hash}, format ${inspection.format}, Unicode ${inspection.unicode}, ${inspection.compiler}, ${inspection.bytes} bytes`,
    ),
    '',
    `${style.bold('methods')}  ${describeMethods(inspection)}`,
    ...(inspection.requires.length === 0
      ? []
      : [`${style.warning('requires')} ${inspection.requires.join(', ')}`]),
    '',
    `${style.bold('rows')}  ${plural(savings.tools, 'tool')} share ${plural(savings.rows, 'row')}; every other tool is blocked`,
    ...inspection.rows.map((row, index) => renderRow(row, index, style)),
    '',
    `${style.bold('programs')}  ${plural(savings.patterns, 'pattern')} share ${plural(savings.programs, 'program')}, ${savings.folded} folded to string comparisons`,
    ...inspection.programs.map((program, index) => renderProgram(program, index, style)),
    '',
    `${style.bold('protected paths')}  ${inspection.protectedPaths.map(escapeControls).join(', ') || 'none but the proxy’s own files'}`,
    `${style.bold('dlp')}  ${describeDlp(inspection)}`,
  ];
}

function describeMethods({ methods }: Inspection): string {
  const allowed = methods.any ? 'all' : methods.allowed.map(escapeControls).join(', ');
  return methods.denied.length === 0
    ? allowed
    : `${allowed}; denied: ${methods.denied.map(escapeControls).join(', ')}`;
}

function describeDlp({ dlp }: Inspection): string {
  if (dlp === null) return 'off';
  const flags = [
    dlp.scanRequests ? 'requests' : '',
    dlp.scanResponses ? 'responses' : '',
    dlp.detectEncoding ? 'encoded runs' : '',
    dlp.filterStderr ? 'standard error' : '',
  ].filter((flag) => flag !== '');
  return `${plural(dlp.patterns.length, 'pattern')} (${dlp.patterns.map(({ name }) => escapeControls(name)).join(', ')}) over ${flags.join(', ')}`;
}

function renderRow(row: InspectedRow, index: number, style: Style): string {
  const names = row.tools.slice(0, MAX_NAMES).map(escapeControls).join(', ');
  const more = row.tools.length > MAX_NAMES ? ` and ${row.tools.length - MAX_NAMES} more` : '';
  const parts = [
    `  #${index}`.padEnd(6),
    paintAction(row.action, style),
    `${names}${more}`,
    row.rateLimit === null ? '' : style.dim(`${row.rateLimit.count} in ${row.rateLimit.periodMs / 1000} s`),
    row.strict ? style.dim('strict') : '',
    row.schemaHash === null ? '' : style.dim('schema pinned'),
    ...row.args.map(({ name, program }) => style.dim(`${escapeControls(name)} → program #${program}`)),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function paintAction(action: TableRow['action'], style: Style): string {
  const text = action.padEnd(5);
  if (action === 'allow') return style.good(text);
  return action === 'ask' ? style.warning(text) : style.error(text);
}

function renderProgram(program: InspectedProgram, index: number, style: Style): string {
  const [first = '', ...rest] = program.sources;
  const source = first.length > MAX_SOURCE ? `${first.slice(0, MAX_SOURCE)}…` : first;
  const shared = rest.length === 0 ? '' : style.dim(`  and ${plural(rest.length, 'pattern')} more`);
  return [
    `  #${index}`.padEnd(6),
    program.engine.padEnd(9),
    `${program.bytes} B`.padStart(8),
    ` ${program.use.padEnd(5)} `,
    escapeControls(source),
    shared,
    `\n${' '.repeat(8)}${style.dim(program.why)}`,
  ].join(' ');
}
