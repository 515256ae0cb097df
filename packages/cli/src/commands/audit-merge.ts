import { resolve } from 'node:path';
import { mergeAuditLogs } from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { refuseMistakes } from './audit-verify.ts';

/** `aip audit merge`: the records of several logs by time, each with the log that it is from. */
export function runAuditMerge(context: CommandContext, files: readonly string[]): ExitStatus {
  const names = new Map(files.map((file) => [resolve(context.cwd, file), file]));
  return refuseMistakes(() => {
    let records = 0;
    let unreadable = 0;
    for (const { log, members, text, place, torn } of mergeAuditLogs([...names.keys()])) {
      if (members === null) {
        if (!torn) unreadable++;
        context.warn(
          `${place.file}:${place.line}: ${torn ? 'a write was cut off here' : 'this is no audit record'}`,
        );
        continue;
      }
      records++;
      // The record's own text: its members keep their spelling.
      context.print(`{"log":${JSON.stringify(names.get(log) ?? log)},${text.slice(1)}`);
    }
    if (unreadable > 0) return EXIT.findings;
    return records === 0 ? EXIT.nothing : EXIT.clean;
  });
}
