import { getMember, type JsonNode, type JsonObject, type JsonString } from '@agentpolicy/core';

/** A command that a client's configuration starts a server with. */
export interface ServerCommand {
  readonly kind: 'command';
  readonly program: JsonString;
  /** Undefined where the configuration gives none. */
  readonly args:
    | { readonly start: number; readonly end: number; readonly items: readonly JsonString[] }
    | undefined;
}

export type ServerStart =
  | ServerCommand
  /** It runs elsewhere. */
  | { readonly kind: 'remote' }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** A server of a client's configuration. */
export interface ConfiguredServer {
  readonly name: string;
  /** What tells it from a server of the same name in another part of the file; empty at its top. */
  readonly part: string;
  readonly start: ServerStart;
}

/** Where clients keep their servers: Claude, Cursor and Windsurf, VS Code, Zed. */
const SECTIONS = ['mcpServers', 'servers', 'context_servers'];

/** Lists the servers of a client's configuration, in its order. */
export function findServers(root: JsonObject): readonly ConfiguredServer[] {
  const servers = readSections(root, '');
  const settings = getMember(root, 'mcp');
  if (settings?.kind === 'object') servers.push(...readSections(settings, 'mcp'));
  const projects = getMember(root, 'projects');
  if (projects?.kind === 'object')
    for (const { key, value } of projects.members)
      if (value.kind === 'object') servers.push(...readSections(value, key));
  return servers;
}

function readSections(holder: JsonObject, part: string): ConfiguredServer[] {
  return SECTIONS.flatMap((section) => {
    const list = getMember(holder, section);
    if (list?.kind !== 'object') return [];
    return list.members.map(({ key, value }) => ({ name: key, part, start: readStart(value) }));
  });
}

function readStart(node: JsonNode): ServerStart {
  if (node.kind !== 'object') return unreadable('it is no object');
  const command = getMember(node, 'command');
  // Zed had the program and its arguments in an object of their own.
  if (command?.kind === 'object') return readCommand(command, 'path');
  if (command !== undefined) return readCommand(node, 'command');
  const isRemote = ['url', 'serverUrl', 'httpUrl'].some((key) => getMember(node, key) !== undefined);
  return isRemote ? { kind: 'remote' } : unreadable('it has no `command`');
}

function readCommand(holder: JsonObject, key: 'command' | 'path'): ServerStart {
  const program = getMember(holder, key);
  if (program?.kind !== 'string' || program.value === '') return unreadable(`\`${key}\` is no program`);
  const args = getMember(holder, 'args');
  if (args === undefined) return { kind: 'command', program, args: undefined };
  if (args.kind !== 'array') return unreadable('`args` is no list');
  const items = args.items.flatMap((item) => (item.kind === 'string' ? [item] : []));
  if (items.length < args.items.length) return unreadable('`args` holds something else than strings');
  return { kind: 'command', program, args: { start: args.start, end: args.end, items } };
}

function unreadable(problem: string): ServerStart {
  return { kind: 'unreadable', problem };
}

/** The words of a command. */
export function wordsOf({ program, args }: ServerCommand): readonly string[] {
  return [program.value, ...(args?.items ?? []).map((item) => item.value)];
}
