import { realpathSync } from 'node:fs';
import { isLauncher, type Launcher } from './launcher.ts';

const PLAIN: Launcher = { program: 'aip', args: [] };

/**
 * How a client can start this very program again. Absolute, since many clients run with a PATH of their own; plain
 * `aip` where the program does not bear a name that is known again.
 */
export function ownLauncher(): Launcher {
  const [program, script] = process.argv;
  if (program === undefined || script === undefined) return PLAIN;
  const launcher: Launcher = { program: process.execPath, args: [realpathSync(script)] };
  return isLauncher(launcher) ? launcher : PLAIN;
}
