import { quoteJson } from '@agentpolicy/core';

/** A DLP pattern, as a policy has it. */
export interface DlpPattern {
  readonly name: string;
  /** RE2. */
  readonly regex: string;
}

/** Where secrets usually are. */
export const PROTECTED_PATHS: readonly string[] = [
  '.env',
  '.git',
  '~/.ssh',
  '~/.aws',
  '~/.azure',
  '~/.config/gcloud',
  '~/.kube',
  '~/.gnupg',
];

/** The lines of `spec.dlp`. */
export function writeDlp(secrets: readonly DlpPattern[]): readonly string[] {
  if (secrets.length === 0) return [];
  return [
    '  dlp:',
    '    detect_encoding: true',
    '    filter_stderr: true',
    '    patterns:',
    ...secrets.flatMap(({ name, regex }) => [
      `      - name: ${quoteYaml(name)}`,
      `        regex: ${quotePattern(regex)}`,
    ]),
  ];
}

/** A YAML scalar that is the text, whatever it is. */
export function quoteYaml(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9_./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text))
    return text;
  return /^[ -~]*$/.test(text) ? `'${text.replaceAll("'", "''")}'` : escapeUnicode(quoteJson(text));
}

/** Patterns are printable ASCII. */
export function quotePattern(pattern: string): string {
  return `'${pattern.replaceAll("'", "''")}'`;
}

const MAX_COMMENT = 100;

/** Text of a trace in a comment: on one line, and nothing that acts. */
export function comment(text: string): string {
  const shown = escapeUnicode(text.slice(0, MAX_COMMENT)).replace(/[\u0000-\u001f\u007f]/g, ' ');
  return text.length > MAX_COMMENT ? `${shown}…` : shown;
}

function escapeUnicode(text: string): string {
  return text.replace(
    /[^\u0000-\u007e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A count with its noun. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
