import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { MAX_SETTINGS, readRegularText } from '../files/read-regular-file.ts';
import { findRepositoryRoot } from '../files/repository.ts';
import { renderDiagnostic } from '../report/diagnostics-pretty.ts';
import { CONFIG_NAME, type Config, createEmptyConfig } from './config.ts';
import { readConfig } from './read-config.ts';

/**
 * The configuration that counts: the file that is named, or else the nearest `aip.config.yaml` from the working
 * directory up to the repository's root. `false` reads none.
 * @throws CliError where it can't be read; what is wrong in it goes to standard error before
 */
export function loadConfig(context: CommandContext, named: string | false | undefined): Config {
  if (named === false) return createEmptyConfig(context.cwd);
  const path = named === undefined ? findConfig(context.cwd) : resolve(context.cwd, named);
  if (path === undefined) return createEmptyConfig(context.cwd);
  const shown = named ?? relative(context.cwd, path);
  const result = readConfig(
    readRegularText(path, MAX_SETTINGS, { what: `the configuration \`${shown}\`` }),
    shown,
    path,
    dirname(path),
  );
  if (result.ok) return result.config;
  for (const diagnostic of result.diagnostics) {
    context.warn(...renderDiagnostic(diagnostic, () => result.index, context.style));
  }
  throw new CliError(`\`${shown}\` can't be followed`, 'correct the configuration: nothing was checked');
}

/** Outside a repository only the working directory counts: a folder above may be anybody's. */
function findConfig(cwd: string): string | undefined {
  const root = findRepositoryRoot(cwd) ?? cwd;
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, CONFIG_NAME);
    if (existsSync(path)) return path;
    if (folder === root || folder === dirname(folder)) return undefined;
  }
}
