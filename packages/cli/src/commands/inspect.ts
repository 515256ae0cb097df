import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { loadPolicy } from '../input/load-table.ts';
import { inspectTable } from '../inspect/inspect-table.ts';
import { renderInspection } from '../inspect/render-inspection.ts';

/** `aip inspect`: what a decision table holds, as text or as JSON. */
export async function runInspect(
  context: CommandContext,
  path: string,
  options: { readonly format: string },
): Promise<ExitStatus> {
  const { table } = await loadPolicy(context, path);
  const inspection = inspectTable(table);
  if (options.format === 'json') context.print(JSON.stringify(inspection, null, 2));
  else context.print(...renderInspection(inspection, context.style));
  return EXIT.clean;
}
