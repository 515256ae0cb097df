import { splitWords } from './words.ts';

/** Words that mean execution wherever they stand in a tool's name. */
const EXECUTING_WORDS: ReadonlySet<string> = new Set([
  'bash',
  'eval',
  'exec',
  'popen',
  'powershell',
  'pwsh',
  'shell',
  'sql',
  'subprocess',
  'terminal',
  'zsh',
]);

/** Names that mean execution only as the whole name: `system_status` runs nothing. */
const EXECUTING_NAMES: ReadonlySet<string> = new Set(['cmd', 'node', 'python', 'sh', 'spawn', 'system']);

const EXECUTING_VERBS: ReadonlySet<string> = new Set([
  'evaluate',
  'execute',
  'invoke',
  'launch',
  'run',
  'spawn',
  'start',
]);

const EXECUTED_THINGS: ReadonlySet<string> = new Set([
  'cmd',
  'code',
  'command',
  'commands',
  'javascript',
  'js',
  'process',
  'program',
  'python',
  'query',
  'script',
  'scripts',
  'statement',
]);

const DATABASES: ReadonlySet<string> = new Set([
  'bigquery',
  'database',
  'db',
  'mysql',
  'postgres',
  'postgresql',
  'snowflake',
  'sqlite',
]);

/** The tool runs commands, code or queries that the caller writes, as far as its name tells. */
export function isExecutingTool(name: string): boolean {
  const words = splitWords(name);
  if (words.length === 1 && EXECUTING_NAMES.has(words[0] ?? '')) return true;
  if (words.some((word) => EXECUTING_WORDS.has(word))) return true;
  const runs = words.some((word) => EXECUTING_VERBS.has(word));
  if (runs && words.some((word) => EXECUTED_THINGS.has(word))) return true;
  return words.includes('query') && words.some((word) => DATABASES.has(word));
}

const NETWORK_VERBS: ReadonlySet<string> = new Set([
  'browse',
  'curl',
  'download',
  'fetch',
  'http',
  'navigate',
  'post',
  'request',
  'upload',
  'webhook',
  'wget',
]);
const NETWORK_THINGS: ReadonlySet<string> = new Set([
  'http',
  'https',
  'page',
  'uri',
  'url',
  'web',
  'webhook',
  'website',
]);
const NETWORK_NAMES: ReadonlySet<string> = new Set(['browse', 'curl', 'fetch', 'wget']);

/** The tool opens an address that the caller chooses, as far as its name tells. */
export function isNetworkTool(name: string): boolean {
  const words = splitWords(name);
  if (words.length === 1) return NETWORK_NAMES.has(words[0] ?? '');
  return words.some((word) => NETWORK_VERBS.has(word)) && words.some((word) => NETWORK_THINGS.has(word));
}

const DESTRUCTIVE_VERBS: ReadonlySet<string> = new Set([
  'delete',
  'destroy',
  'drop',
  'erase',
  'purge',
  'remove',
  'rm',
  'rmdir',
  'terminate',
  'truncate',
  'uninstall',
  'unlink',
  'wipe',
]);

/** The tool destroys something, as far as its name tells. */
export function isDestructiveTool(name: string): boolean {
  return splitWords(name).some((word) => DESTRUCTIVE_VERBS.has(word));
}

const FILE_VERBS: ReadonlySet<string> = new Set([
  'cat',
  'copy',
  'edit',
  'head',
  'move',
  'open',
  'patch',
  'read',
  'save',
  'search',
  'tail',
  'view',
  'write',
]);
const FILE_THINGS: ReadonlySet<string> = new Set([
  'directories',
  'directory',
  'file',
  'files',
  'folder',
  'folders',
  'path',
  'paths',
]);
const FILE_NAMES: ReadonlySet<string> = new Set(['cat', 'cp', 'grep', 'head', 'less', 'mv', 'rg', 'tail']);

/** The tool reads or writes what files hold, as far as its name tells; one that only lists them does not. */
export function isFileTool(name: string): boolean {
  const words = splitWords(name);
  if (words.length === 1) return FILE_NAMES.has(words[0] ?? '');
  if (words.includes('get') && words.includes('contents')) return true;
  return words.some((word) => FILE_VERBS.has(word)) && words.some((word) => FILE_THINGS.has(word));
}
