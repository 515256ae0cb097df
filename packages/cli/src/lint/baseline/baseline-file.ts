import { writeFileSync } from 'node:fs';
import { CliError } from '../../exit-status.ts';
import { MAX_GENERATED, readRegularFile } from '../../files/read-regular-file.ts';
import { describeFileProblem } from '../../input/read-text.ts';

/** Findings of one kind on one line's text, known since the baseline was written. */
export interface BaselineEntry {
  /** Relative to the baseline's folder, with slashes. */
  readonly file: string;
  readonly code: string;
  readonly fingerprint: string;
  readonly count: number;
}

const VERSION = 1;
const HELP = 'write it anew with --update-baseline';

/**
 * Reads a baseline; none where there is no file and one is about to be written.
 * @throws CliError where it can't be read or is no baseline
 */
export function readBaseline(path: string, shown: string, mayBeMissing: boolean): readonly BaselineEntry[] {
  const what = `the baseline \`${shown}\``;
  const bytes = readRegularFile(path, MAX_GENERATED, { what, help: HELP });
  if (bytes === undefined) {
    if (mayBeMissing) return [];
    throw new CliError(`can't read ${what}: there is no such file`, HELP);
  }
  const entries = parseEntries(bytes.toString('utf8'));
  if (entries === undefined) throw new CliError(`\`${shown}\` is no baseline of version ${VERSION}`, HELP);
  return entries;
}

function parseEntries(text: string): readonly BaselineEntry[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(parsed) || parsed.version !== VERSION || !Array.isArray(parsed.findings)) return undefined;
  const findings: readonly unknown[] = parsed.findings;
  return findings.every(isEntry) ? findings : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isEntry(value: unknown): value is BaselineEntry {
  return (
    isRecord(value) &&
    typeof value.file === 'string' &&
    typeof value.code === 'string' &&
    typeof value.fingerprint === 'string' &&
    typeof value.count === 'number' &&
    Number.isSafeInteger(value.count) &&
    value.count > 0
  );
}

/** Writes entries in an order that does not depend on how they were found: a merge has few conflicts. */
export function writeBaseline(path: string, shown: string, entries: readonly BaselineEntry[]): void {
  const keyOf = ({ file, code, fingerprint }: BaselineEntry): string => `${file}\n${code}\n${fingerprint}`;
  const findings = [...entries].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  try {
    writeFileSync(path, `${JSON.stringify({ version: VERSION, findings }, null, 2)}\n`);
  } catch (failure) {
    throw new CliError(`can't write \`${shown}\`: ${describeFileProblem(failure)}`);
  }
}
