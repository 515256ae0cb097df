import { join, relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { findFiles } from '../files/find-files.ts';
import { findRepositoryRoot, relativeUnix } from '../files/repository.ts';
import { STDIN } from '../input/read-text.ts';
import { applyBaseline, updateBaseline } from '../lint/baseline/apply-baseline.ts';
import { readBaseline, writeBaseline } from '../lint/baseline/baseline-file.ts';
import { createFileWriter, type FixedFile } from '../lint/fix/keep-fixed.ts';
import { fromConfig, type LintFlags, readRuleFlags, readTolerance } from '../lint/flags.ts';
import { lintFiles } from '../lint/lint-files.ts';
import type { LintReport } from '../lint/linted-file.ts';
import { parseOutputs } from '../lint/output/formats.ts';
import { writeOutputs } from '../lint/output/write-outputs.ts';
import { describeSettings } from '../lint/print-settings.ts';
import { createRuleSettings } from '../lint/rule-settings.ts';
import { countSeverities, isFailure, type Tolerance } from '../lint/verdict.ts';
import { plural } from '../report/diagnostics-pretty.ts';

const FILES = '**/*.{yaml,yml,json}';

/** `aip lint`: everything that is wrong with the policies that the command line or the configuration names. */
export async function runLint(
  context: CommandContext,
  named: readonly string[],
  flags: LintFlags,
): Promise<ExitStatus> {
  const outputs = parseOutputs(flags.format ?? [], context.environment);
  if (flags.fixDryRun) refuseBesideDryRun(flags);
  const config = loadConfig(context, flags.config);
  const tolerance = readTolerance(config, flags);
  const findSettings = createRuleSettings(config, readRuleFlags(context, config, flags));
  if (flags.printConfig) {
    const [path] = named;
    const settings = findSettings(path === undefined ? undefined : resolve(context.cwd, path));
    context.print(describeSettings(context, config, settings, tolerance));
    return EXIT.clean;
  }
  const paths = choosePaths(context, config, named);
  if (flags.fix !== undefined && !flags.fixDryRun && paths.includes(STDIN)) {
    throw new CliError("standard input can't be fixed in place", 'name the file, or leave --fix out');
  }
  const candidates = findFiles(context, paths, FILES);
  const changes: FixedFile[] = [];
  const safety = flags.fix ?? (flags.fixDryRun ? 'safe' : undefined);
  const keep = flags.fixDryRun ? (fixed: FixedFile) => void changes.push(fixed) : createFileWriter(context);
  const found = await lintFiles(context, candidates, {
    findSettings,
    ignores: flags.ignores ?? true,
    fix: safety === undefined ? undefined : { safety, keep },
    stdinName: flags.stdinFilename,
  });
  for (const { file, reason } of found.skipped) context.warn(`aip: skipped ${file}: ${reason}`);
  if (found.files.length === 0) return reportNothing(context, paths);
  const report = useBaseline(context, config, flags, found);
  if (flags.fixDryRun) return showChanges(context, report, changes, tolerance);
  const root = findRepositoryRoot(context.cwd) ?? context.cwd;
  const toRepositoryPath = (file: string): string => relativeUnix(root, resolve(context.cwd, file));
  await writeOutputs(context, outputs, report, { tolerance, toRepositoryPath });
  const counts = countSeverities(report.files.flatMap(({ diagnostics }) => diagnostics));
  return isFailure(counts, tolerance) ? EXIT.findings : EXIT.clean;
}

/** A dry run prints a diff and nothing else, so that other programs can take it. */
function refuseBesideDryRun({ format, updateBaseline }: LintFlags): void {
  const other = format !== undefined ? '--format' : updateBaseline === true ? '--update-baseline' : undefined;
  if (other === undefined) return;
  throw new CliError(`\`--fix-dry-run\` can not be combined with \`${other}\``, 'run one after the other');
}

/** What `--fix` would do. It is no success where something would change, or where `--fix` would leave a failure. */
async function showChanges(
  context: CommandContext,
  { files, fixed }: LintReport,
  changes: readonly FixedFile[],
  tolerance: Tolerance,
): Promise<ExitStatus> {
  const { renderDiff } = await import('../lint/fix/render-diff.ts');
  context.write(changes.map((change) => renderDiff(change, context)).join(''));
  const left = files.flatMap(({ diagnostics }) => diagnostics);
  context.warn(
    `aip: ${plural(fixed, 'repair')} in ${plural(changes.length, 'file')} would be applied, ${plural(left.length, 'finding')} would be left`,
  );
  return changes.length > 0 || isFailure(countSeverities(left), tolerance) ? EXIT.findings : EXIT.clean;
}

function reportNothing(context: CommandContext, paths: readonly string[]): ExitStatus {
  context.warn(
    `aip: no policy found in ${paths.join(', ')}`,
    '  help: a policy says `kind: AgentPolicy`; name its file to check it anyway',
  );
  return EXIT.nothing;
}

function choosePaths(context: CommandContext, config: Config, named: readonly string[]): readonly string[] {
  if (named.length > 0) return named;
  if (config.roots.length === 0) return ['.'];
  return config.roots.map((root) => relative(context.cwd, join(config.folder, root)) || '.');
}

/** Keeps known findings quiet, after writing down the present ones where that was asked for. */
function useBaseline(
  context: CommandContext,
  config: Config,
  flags: LintFlags,
  report: LintReport,
): LintReport {
  const shown =
    flags.baseline ??
    (config.baseline === undefined ? undefined : fromConfig(context, config, config.baseline));
  if (shown === undefined) {
    if (flags.updateBaseline !== true) return report;
    throw new CliError('--update-baseline has no baseline to update', 'give --baseline FILE');
  }
  const path = resolve(context.cwd, shown);
  const scope = { cwd: context.cwd, path };
  const update = flags.updateBaseline === true;
  const before = readBaseline(path, shown, update);
  const entries = update ? updateBaseline(report.files, before, scope) : before;
  if (update) {
    writeBaseline(path, shown, entries);
    const total = entries.reduce((sum, { count }) => sum + count, 0);
    context.warn(`aip: ${shown} has ${plural(total, 'finding')} now`);
  }
  const { files, gone } = applyBaseline(report.files, entries, scope);
  if (gone > 0) {
    context.warn(
      `aip: ${plural(gone, 'finding')} of the baseline ${gone === 1 ? 'is' : 'are'} gone`,
      '  help: prune with --update-baseline, so that they stay gone',
    );
  }
  return { ...report, files };
}
