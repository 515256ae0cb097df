import { isAbsolute, relative, sep } from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { escapeControls } from '../../terminal/printable.ts';
import type { Style } from '../../terminal/style.ts';
import type { FixedFile } from './keep-fixed.ts';

/** Lines taken away and added. The work grows with their square: so many take a few seconds. */
const MAX_EDITS = 4_000;

/**
 * A unified diff of what fixes change, as `patch -p1` and `git apply` take it.
 * @throws CliError where more changes than a diff can be made of in reasonable time
 */
export function renderDiff({ file, before, after }: FixedFile, context: CommandContext): string {
  const local = isAbsolute(file) ? relative(context.cwd, file) : file;
  const name = escapeControls(local.split(sep).join('/'));
  // A tab ends a name that has spaces.
  const end = name.includes(' ') ? '' : undefined;
  const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, end, end, {
    context: 3,
    maxEditLength: MAX_EDITS,
    headerOptions: FILE_HEADERS_ONLY,
  });
  // A program takes the diff as it is; a terminal is not to obey what a policy holds.
  if (patch !== undefined) return context.stdout.isTTY ? paint(patch, context.style) : patch;
  throw new CliError(
    `too much would change in \`${file}\` to show it as a diff`,
    'run --fix on a copy, and compare the two',
  );
}

function paint(patch: string, style: Style): string {
  return patch
    .split('\n')
    .map((line, index) => paintLine(escapeControls(line), index, style))
    .join('\n');
}

/** The first two lines are the file's names. */
function paintLine(line: string, index: number, style: Style): string {
  if (index < 2) return style.bold(line);
  if (line.startsWith('@@')) return style.info(line);
  if (line.startsWith('+')) return style.good(line);
  return line.startsWith('-') ? style.error(line) : line;
}
