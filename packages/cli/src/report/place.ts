import type { LoadedPolicy } from '../input/load-table.ts';
import { escapeControls } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import { renderCodeFrame } from './code-frame.ts';

/** Where the entry of the policy that decided stands, with its line where the text is at hand. */
export function renderPlace(policy: LoadedPolicy, pointer: string | null, style: Style): string[] {
  if (pointer === null) return [`  no entry of ${escapeControls(policy.path)} names it`];
  const location = policy.locate(pointer);
  if (location === null) return [`  decided by ${pointer}`];
  const { start } = location.range;
  const lines = [
    `  decided by ${style.bold(`${escapeControls(location.file)}:${start.line}:${start.column}`)} ${style.dim(pointer)}`,
  ];
  if (policy.source !== null)
    lines.push(...renderCodeFrame(policy.source, location.range, style).map((line) => `  ${line}`));
  return lines;
}
