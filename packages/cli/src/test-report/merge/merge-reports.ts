import { combineOutcomes, mergeCoverage, type Shard, type TestReport } from '@agentpolicy/test-runner';
import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { readBytes } from '../../input/read-text.ts';
import { readTestReport } from './read-report.ts';

/**
 * Puts the JSON reports of all shards together.
 * @throws CliError where one is missing, is there twice, or is no report.
 */
export async function mergeReports(context: CommandContext, files: readonly string[]): Promise<TestReport> {
  const reports: { readonly file: string; readonly report: TestReport }[] = [];
  for (const file of files) {
    const text = (await readBytes(context, file)).toString('utf8');
    reports.push({ file, report: readTestReport(text, file) });
  }
  checkShards(reports);
  const suites = reports.flatMap(({ report }) => report.suites);
  const seen = new Set<string>();
  for (const { file } of suites) {
    if (seen.has(file)) throw new CliError(`the suite \`${file}\` is in two of the reports`);
    seen.add(file);
  }
  suites.sort((a, b) => (a.file < b.file ? -1 : 1));
  return {
    outcome: combineOutcomes(suites),
    suites,
    notRun: reports.flatMap(({ report }) => report.notRun),
    shard: null,
    coverage: mergeCoverage(reports.flatMap(({ report }) => report.coverage)),
  };
}

/** A machine that never reported must not look like one that passed. */
function checkShards(reports: readonly { readonly file: string; readonly report: TestReport }[]): void {
  const found = new Map<number, string>();
  let whole: Shard | null = null;
  for (const { file, report } of reports) {
    const { shard } = report;
    if (shard === null) throw new CliError(`\`${file}\` is the report of no shard`, 'run with --shard I/N');
    if (whole !== null && whole.count !== shard.count)
      throw new CliError(`\`${file}\` is one of ${shard.count} shards, the others of ${whole.count}`);
    const before = found.get(shard.index);
    if (before !== undefined)
      throw new CliError(`\`${before}\` and \`${file}\` are both shard ${shard.index}/${shard.count}`);
    found.set(shard.index, file);
    whole = shard;
  }
  const missing = Array.from({ length: whole?.count ?? 0 }, (_, at) => at + 1).filter(
    (index) => !found.has(index),
  );
  if (missing.length > 0)
    throw new CliError(`the report of shard ${missing.join(', ')} of ${whole?.count} is missing`);
}
