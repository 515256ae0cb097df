import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { serializeTable } from '@agentpolicy/core';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { loadPolicy } from '../input/load-table.ts';
import { describeFileProblem } from '../input/read-text.ts';
import { plural } from '../report/diagnostics-pretty.ts';

/** `aip compile`: writes the decision table of a policy. */
export async function runCompile(
  context: CommandContext,
  path: string,
  options: { readonly output?: string },
): Promise<ExitStatus> {
  const { table, source } = await loadPolicy(context, path);
  if (source === null) throw new CliError(`\`${path}\` is a compiled table already`);
  const text = serializeTable(table);
  if (options.output === undefined) {
    context.write(text);
    return EXIT.clean;
  }
  try {
    writeFileSync(resolve(context.cwd, options.output), text);
  } catch (failure) {
    throw new CliError(`can't write \`${options.output}\`: ${describeFileProblem(failure)}`);
  }
  context.warn(
    `${options.output}: ${plural(table.tools.length, 'tool')} in ${plural(table.rows.length, 'row')}, ` +
      `${plural(table.patterns.length, 'pattern')}, ${Buffer.byteLength(text)} bytes, policy ${table.policy.hash.slice(0, 12)}`,
  );
  return EXIT.clean;
}
