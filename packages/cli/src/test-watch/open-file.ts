import { spawn } from 'node:child_process';

interface Opener {
  readonly program: string;
  readonly args: readonly string[];
}

/** What opens a file for a person; null where there is no desktop that could show it. */
export function findOpener(
  file: string,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): Opener | null {
  switch (platform) {
    case 'darwin':
      return { program: 'open', args: [file] };
    case 'win32':
      return { program: 'explorer.exe', args: [file] };
    default: {
      // Without a desktop the opener falls back to a browser in this very terminal.
      const hasDesktop = (env.DISPLAY ?? '') !== '' || (env.WAYLAND_DISPLAY ?? '') !== '';
      return hasDesktop ? { program: 'xdg-open', args: [file] } : null;
    }
  }
}

/** Opens a file in the desktop's program for it. Whether that could be started. */
export function openFile(file: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const opener = findOpener(file, process.platform, env);
  if (opener === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(opener.program, opener.args, { detached: true, stdio: 'ignore', env });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
