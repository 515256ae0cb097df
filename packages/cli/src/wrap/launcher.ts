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

/** `proxy` stands no further behind than this. */
const LONGEST_LAUNCHER = 6;

/** Whether the words start `aip`: this is how a wrapped server is known again. */
export function isLauncher({ program, args }: Launcher): boolean {
  return [program, ...args].some((word) => {
    if (/^@agentpolicy\/cli(?:@[\w.-]+)?$/.test(word)) return true;
    const name = word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1);
    return /^aip(?:\.(?:js|exe|cmd|ps1))?$/i.test(name);
  });
}

/** Reads a server's command line; null where it does not start `aip proxy`. */
export function readProxyCall(words: readonly string[]): ProxyCall | null {
  const at = words.indexOf('proxy', 1);
  const [program, ...args] = words.slice(0, at);
  if (at === -1 || at > LONGEST_LAUNCHER || program === undefined || !isLauncher({ program, args }))
    return null;
  const end = words.indexOf('--', at);
  const options = words.slice(at + 1, end === -1 ? undefined : end);
  return {
    option: (name) => readOption(options, name),
    target: end === -1 || end + 1 >= words.length ? null : end + 1,
  };
}

function readOption(options: readonly string[], name: string): string | undefined {
  const written = options.find((word) => word.startsWith(`${name}=`));
  if (written !== undefined) return written.slice(name.length + 1);
  const at = options.indexOf(name);
  return at === -1 ? undefined : options[at + 1];
}
