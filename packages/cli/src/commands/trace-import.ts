import { basename, extname, resolve } from 'node:path';
import { createTraceRedactor } from '@agentpolicy/proxy';
import {
  formatImportedLines,
  IMPORT_FORMATS,
  type ImportedLine,
  importTraffic,
} from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { readMachineFacts } from '../input/environment.ts';
import { readBytes, STDIN } from '../input/read-text.ts';
import { plural } from '../report/diagnostics-pretty.ts';
import { escapeControls } from '../terminal/printable.ts';
import { compileSecretPolicy } from '../trace/secret-patterns.ts';
import { writeNewFile } from '../trace/write-new-file.ts';

interface ImportOptions {
  readonly output?: string;
  readonly format?: string;
  readonly raw: boolean;
}

/** `aip trace import`: makes a trace of what another program wrote down. Lines that were left out are findings. */
export async function runTraceImport(
  context: CommandContext,
  file: string,
  options: ImportOptions,
): Promise<ExitStatus> {
  const format = readFormat(options.format);
  const text = (await readBytes(context, file)).toString('utf8');
  const name = file === STDIN ? 'import' : basename(file, extname(file));
  const result = importTraffic(text, { name, ...(format === undefined ? {} : { format }) });
  if (!result.ok) throw new CliError(`\`${file}\`: ${result.message}`, result.help, EXIT.nothing);
  const lines = options.raw ? result.lines : redact(context, result.lines);
  const trace = formatImportedLines(lines);
  if (options.output === undefined) context.write(trace);
  else writeNewFile(resolve(context.cwd, options.output), trace, 0o600);
  for (const { line, message } of result.problems)
    context.warn(escapeControls(`${file}:${line}: ${message}`));
  const left = result.problems.length === 0 ? '' : `, ${result.problems.length} left out`;
  context.warn(`aip: ${plural(result.lines.length, 'message')} from ${file} (${result.format})${left}`);
  return result.problems.length === 0 ? EXIT.clean : EXIT.findings;
}

function readFormat(name: string | undefined): (typeof IMPORT_FORMATS)[number] | undefined {
  if (name === undefined) return undefined;
  const found = IMPORT_FORMATS.find((format) => format === name);
  if (found !== undefined) return found;
  throw new CliError(`there is no format \`${name}\``, `the formats are ${IMPORT_FORMATS.join(', ')}`);
}

function redact(context: CommandContext, lines: readonly ImportedLine[]): readonly ImportedLine[] {
  const redaction = { table: compileSecretPolicy(), decides: false };
  const redactor = createTraceRedactor(redaction, readMachineFacts(context));
  return lines.map((line) => {
    const redacted = redactor.redact(
      line.text,
      line.direction === 'c2s' ? 'client' : 'server',
      isJson(line.text),
    );
    if (redacted === null) return line;
    const { text, counts, inexact } = redacted;
    return { ...line, text, redacted: counts, ...(inexact ? { inexact: 'redacted' } : {}) };
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
