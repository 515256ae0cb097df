import { compareDiagnostics, type Diagnostic, type TextIndex } from '@agentpolicy/core';
import { lintPolicy } from '@agentpolicy/lint';
import { decodePolicy, parsePolicy } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { findFiles, looksLikePolicy } from '../input/find-policies.ts';
import { readBytes, STDIN } from '../input/read-text.ts';
import { renderDiagnostic, renderSummary } from '../report/diagnostics-pretty.ts';
import { toLintJson } from '../report/lint-json.ts';

const PRESETS = ['recommended', 'strict', 'all'] as const;
type Preset = (typeof PRESETS)[number];

interface LintOptions {
  readonly format: string;
  readonly preset: string;
}

interface LintedFile {
  readonly file: string;
  readonly index: TextIndex | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** `aip lint`: everything that is wrong with the policies that the command line names. */
export async function runLint(
  context: CommandContext,
  paths: readonly string[],
  options: LintOptions,
): Promise<ExitStatus> {
  const preset = readPreset(options.preset);
  const files: LintedFile[] = [];
  for (const candidate of findFiles(context, paths, '**/*.{yaml,yml,json}')) {
    const bytes = await readBytes(context, candidate.path);
    if (!candidate.named && !looksLikePolicy(bytes.toString('utf8'))) continue;
    files.push(lintBytes(bytes, candidate.path === STDIN ? 'standard input' : candidate.path, preset));
  }
  if (files.length === 0) {
    context.warn(
      `aip: no policy found in ${paths.join(', ')}`,
      '  help: a policy says `kind: AgentPolicy`; name its file to check it anyway',
    );
    return EXIT.nothing;
  }
  return report(context, files, options.format);
}

function readPreset(name: string): Preset {
  const found = PRESETS.find((preset) => preset === name);
  if (found === undefined)
    throw new CliError(`there is no preset \`${name}\``, `the presets are ${PRESETS.join(', ')}`);
  return found;
}

function lintBytes(bytes: Uint8Array, file: string, preset: Preset): LintedFile {
  const decoded = decodePolicy(bytes, file);
  if (!decoded.ok) return { file, index: undefined, diagnostics: decoded.diagnostics };
  const parsed = parsePolicy(decoded.text, file);
  if (!parsed.ok) return { file, index: parsed.source.index, diagnostics: parsed.diagnostics };
  return { file, index: parsed.document.index, diagnostics: lintPolicy(parsed.document, { preset }) };
}

function report(context: CommandContext, files: readonly LintedFile[], format: string): ExitStatus {
  const diagnostics = files.flatMap((file) => file.diagnostics).sort(compareDiagnostics);
  if (format === 'json') {
    context.print(
      JSON.stringify(
        toLintJson(
          files.map(({ file }) => file),
          diagnostics,
        ),
        null,
        2,
      ),
    );
  } else {
    const indexes = new Map(files.map(({ file, index }) => [file, index]));
    for (const diagnostic of diagnostics) {
      context.print(...renderDiagnostic(diagnostic, (file) => indexes.get(file), context.style), '');
    }
    context.print(renderSummary(diagnostics, files.length, context.style));
  }
  return diagnostics.some(({ severity }) => severity !== 'info') ? EXIT.findings : EXIT.clean;
}
