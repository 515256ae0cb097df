import type { Launcher } from './launcher.ts';

/** The MCP clients whose configuration is known. */
export const CLIENTS = ['cursor', 'claude-desktop', 'claude-code', 'vscode', 'windsurf', 'zed'] as const;

export type Client = (typeof CLIENTS)[number];

interface ClientFormat {
  /** The member that holds the servers. */
  readonly section: 'mcpServers' | 'servers' | 'context_servers';
  /** What a server has besides its command. */
  readonly members: Readonly<Record<string, string>>;
  /** The file that the text belongs into. */
  readonly file: string;
}

const FORMATS: Readonly<Record<Client, ClientFormat>> = {
  cursor: {
    section: 'mcpServers',
    members: {},
    file: '~/.cursor/mcp.json, or .cursor/mcp.json in a project',
  },
  'claude-desktop': {
    section: 'mcpServers',
    members: {},
    file: 'claude_desktop_config.json (Settings, Developer, Edit Config)',
  },
  'claude-code': {
    section: 'mcpServers',
    members: { type: 'stdio' },
    file: '.mcp.json in a project, or ~/.claude.json',
  },
  vscode: {
    section: 'servers',
    members: { type: 'stdio' },
    file: '.vscode/mcp.json, or mcp.json of the user profile',
  },
  windsurf: { section: 'mcpServers', members: {}, file: '~/.codeium/windsurf/mcp_config.json' },
  zed: { section: 'context_servers', members: { source: 'custom' }, file: '~/.config/zed/settings.json' },
};

/** Where a client's configuration is. */
export function configFileOf(client: Client): string {
  return FORMATS[client].file;
}

/** The configuration of one server in a client's form, as JSON text. */
export function renderClientConfig(
  client: Client,
  name: string,
  { program, args }: Launcher,
  words: readonly string[],
): string {
  const { section, members } = FORMATS[client];
  const server = { ...members, command: program, args: [...args, ...words] };
  return `${JSON.stringify({ [section]: { [name]: server } }, null, 2)}\n`;
}
