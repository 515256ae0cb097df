import { quoteJson, type TextEdit } from '@agentpolicy/core';
import type { ServerCommand } from './find-servers.ts';
import type { Launcher } from './launcher.ts';

const ARGS_BEHIND_PROGRAM = ', "args": ';

/**
 * Puts the proxy in front of a server's command. What stood there stays, comments and all: the new words come
 * before the first argument.
 */
export function wrapCommand(
  text: string,
  { program, args }: ServerCommand,
  launcher: Launcher,
  options: readonly string[],
): readonly TextEdit[] {
  const server = text.slice(program.start, program.end);
  const words = [...launcher.args, 'proxy', ...options, '--'].map(quoteJson).concat(server).join(', ');
  const replaced: TextEdit = { start: program.start, end: program.end, newText: quoteJson(launcher.program) };
  if (args === undefined)
    return [{ ...replaced, newText: `${replaced.newText}${ARGS_BEHIND_PROGRAM}[${words}]` }];
  const [first] = args.items;
  const at = first?.start ?? args.start + 1;
  return [replaced, { start: at, end: at, newText: first === undefined ? words : `${words}, ` }];
}

/** Takes the proxy away again; `target` is the place of the server's own program among the words. */
export function unwrapCommand(
  text: string,
  { program, args }: ServerCommand,
  target: number,
): readonly TextEdit[] {
  const items = args?.items ?? [];
  const [first] = items;
  const server = items[target - 1];
  if (args === undefined || first === undefined || server === undefined) return [];
  const newText = text.slice(server.start, server.end);
  const restored: TextEdit = { start: program.start, end: program.end, newText };
  const next = items[target];
  if (next !== undefined) return [restored, { start: first.start, end: next.start, newText: '' }];
  const wasAdded =
    text.slice(program.end, args.start) === ARGS_BEHIND_PROGRAM &&
    first.start === args.start + 1 &&
    server.end === args.end - 1;
  if (wasAdded) return [{ start: program.start, end: args.end, newText }];
  return [restored, { start: first.start, end: server.end, newText: '' }];
}
