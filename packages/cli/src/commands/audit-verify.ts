import { relative, resolve } from 'node:path';
import { ProxyError, type VerifyAuditOptions, verifyAuditLog } from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { plural } from '../report/diagnostics-pretty.ts';
import { escapeControls } from '../terminal/printable.ts';

interface VerifyFlags {
  readonly expectHead?: string;
  readonly expectStart?: string;
  readonly key?: string;
  readonly checkpoints?: string;
  readonly format: string;
}

/** `aip audit verify`: is the log the one that the proxy wrote? */
export function runAuditVerify(context: CommandContext, file: string, flags: VerifyFlags): ExitStatus {
  const report = refuseMistakes(() => verifyAuditLog(readOptions(context, file, flags)));
  const show = (path: string): string => escapeControls(relative(context.cwd, path) || path);
  if (flags.format === 'json') {
    context.print(
      JSON.stringify({ ...report, ok: report.findings.length === 0 && report.records > 0 }, null, 2),
    );
  } else {
    for (const { kind, place, message } of report.findings) {
      const where = place === null ? show(resolve(context.cwd, file)) : `${show(place.file)}:${place.line}`;
      context.print(`${where}: ${escapeControls(message.replaceAll(`${context.cwd}/`, ''))} [${kind}]`);
    }
    for (const note of report.notes)
      context.print(`note: ${escapeControls(note.replaceAll(`${context.cwd}/`, ''))}`);
    printSummary(context, report, show(resolve(context.cwd, file)));
  }
  if (report.findings.length > 0) return EXIT.findings;
  return report.records === 0 ? EXIT.nothing : EXIT.clean;
}

function printSummary(
  context: CommandContext,
  { records, files, head, findings, checkpointed }: ReturnType<typeof verifyAuditLog>,
  file: string,
): void {
  if (records === 0) {
    context.print(`${file}: there are no records: nothing was verified`);
    return;
  }
  const amount = `${plural(records, 'record')} in ${plural(files.length, 'file')}`;
  if (findings.length > 0) {
    context.print(`${file}: ${amount}, ${plural(findings.length, 'finding')}`);
    return;
  }
  context.print(`${file}: ${amount}, each follows the one before`);
  context.print(`head: ${head.hash} (record ${head.seq}; --expect-head finds a cut end later)`);
  if (checkpointed !== null) context.print(`last checkpoint: record ${checkpointed}`);
}

function readOptions(context: CommandContext, file: string, flags: VerifyFlags): VerifyAuditOptions {
  const { expectHead, expectStart, key, checkpoints } = flags;
  return {
    path: resolve(context.cwd, file),
    ...(expectHead === undefined ? {} : { expectHead }),
    ...(expectStart === undefined ? {} : { expectStart }),
    ...(key === undefined ? {} : { keyPath: resolve(context.cwd, key) }),
    ...(checkpoints === undefined ? {} : { checkpointPath: resolve(context.cwd, checkpoints) }),
  };
}

/** What the user got wrong becomes one line. */
export function refuseMistakes<T>(run: () => T): T {
  try {
    return run();
  } catch (failure) {
    if (failure instanceof ProxyError) throw new CliError(failure.message);
    throw failure;
  }
}
