import { resolve } from 'node:path';
import { lintPolicy } from '@agentpolicy/lint';
import { decodePolicy, parsePolicy } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { findRepositoryRoot, relativeUnix } from '../files/repository.ts';
import { findFiles, looksLikePolicy } from '../input/find-policies.ts';
import { readBytes, STDIN } from '../input/read-text.ts';
import type { LintedFile, LintReport } from '../lint/linted-file.ts';
import { parseOutputs } from '../lint/output/formats.ts';
import { writeOutputs } from '../lint/output/write-outputs.ts';
import { countSeverities, isFailure } from '../lint/verdict.ts';

const PRESETS = ['recommended', 'strict', 'all'] as const;
type Preset = (typeof PRESETS)[number];

interface LintOptions {
  readonly format?: readonly string[];
  readonly preset: string;
}

/** `aip lint`: everything that is wrong with the policies that the command line names. */
export async function runLint(
  context: CommandContext,
  paths: readonly string[],
  options: LintOptions,
): Promise<ExitStatus> {
  const outputs = parseOutputs(options.format ?? [], context.environment);
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
  const report: LintReport = { files, skipped: [], fixed: 0 };
  const tolerance = {};
  const root = findRepositoryRoot(context.cwd) ?? context.cwd;
  const toRepositoryPath = (file: string): string => relativeUnix(root, resolve(context.cwd, file));
  await writeOutputs(context, outputs, report, { tolerance, toRepositoryPath });
  const counts = countSeverities(files.flatMap(({ diagnostics }) => diagnostics));
  return isFailure(counts, tolerance) ? EXIT.findings : EXIT.clean;
}

function readPreset(name: string): Preset {
  const found = PRESETS.find((preset) => preset === name);
  if (found === undefined)
    throw new CliError(`there is no preset \`${name}\``, `the presets are ${PRESETS.join(', ')}`);
  return found;
}

function lintBytes(bytes: Uint8Array, file: string, preset: Preset): LintedFile {
  const decoded = decodePolicy(bytes, file);
  if (!decoded.ok) return { file, index: undefined, diagnostics: decoded.diagnostics, suppressed: [] };
  const parsed = parsePolicy(decoded.text, file);
  if (!parsed.ok)
    return { file, index: parsed.source.index, diagnostics: parsed.diagnostics, suppressed: [] };
  const diagnostics = lintPolicy(parsed.document, { preset });
  return { file, index: parsed.document.index, diagnostics, suppressed: [] };
}
