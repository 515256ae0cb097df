/** How a client starts the proxy: a program, and what stands between it and `proxy`. */
export interface Launcher {
  readonly program: string;
  readonly args: readonly string[];
}

/** A server's command line that starts `aip proxy`. */
export interface ProxyCall {
  /** The value of an option; undefined where it is not given. */
  readonly option: (name: string) => string | undefined;
  /** Where the server's own command begins; null where it is not given as words behind `--`. */
  readonly target: number | null;
}

/** What runs a script of Node.js, wherever it is. */
const NODE = /^node(?:js)?(?:\.exe)?$/i;

/** The command that PATH finds: behind a path of its own, anything may bear the name. */
const COMMAND = /^aip(?:\.(?:exe|cmd|ps1))?$/i;

const PACKAGE = /^@agentpolicy\/cli(?:@[\w.-]+)?$/;

/** What stands before a package whose program is run. */
const RUNNERS: readonly (readonly string[])[] = [
  ['npx'],
  ['npx', '-y'],
  ['npx', '--yes'],
  ['npx.cmd'],
  ['npx.cmd', '-y'],
  ['npx.cmd', '--yes'],
  ['pnpm', 'dlx'],
  ['yarn', 'dlx'],
];

/** Whether a server that is wrapped with it is known again. */
export function isLauncher({ program, args }: Launcher): boolean {
  const words = [program, ...args, 'proxy', '--', 'server'];
  return readProxyCall(words)?.target === words.length - 1;
}

/** Reads a server's command line; null where it does not start `aip proxy`. */
export function readProxyCall(words: readonly string[]): ProxyCall | null {
  const at = launcherLength(words);
  if (at === null || words[at] !== 'proxy') return null;
  const end = words.indexOf('--', at);
  const options = words.slice(at + 1, end === -1 ? undefined : end);
  return {
    option: (name) => readOption(options, name),
    target: end === -1 || end + 1 >= words.length ? null : end + 1,
  };
}

/**
 * How many of the words start `aip`; null where they start something else. Only whole forms count: one word that looks
 * like `aip` says nothing about the program that runs.
 */
function launcherLength(words: readonly string[]): number | null {
  const [program = '', script = ''] = words;
  if (COMMAND.test(program)) return 1;
  if (NODE.test(baseName(program)) && baseName(script) === 'aip.js') return 2;
  const runner = RUNNERS.find(
    (form) => form.every((word, index) => words[index] === word) && PACKAGE.test(words[form.length] ?? ''),
  );
  return runner === undefined ? null : runner.length + 1;
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The last one counts, as for the proxy itself. */
function readOption(options: readonly string[], name: string): string | undefined {
  const at = options.findLastIndex((word) => word === name || word.startsWith(`${name}=`));
  const word = options[at];
  if (word === undefined) return undefined;
  return word === name ? options[at + 1] : word.slice(name.length + 1);
}
