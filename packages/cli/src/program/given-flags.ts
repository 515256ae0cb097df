import { resolve } from 'node:path';
import type { Command } from 'commander';

/** Options whose value is a path. */
const PATHS: ReadonlySet<string> = new Set([
  'policy',
  'audit',
  'pin',
  'auditKey',
  'auditCheckpoints',
  'publicKey',
  'ca',
]);

/** The options that a command was given, as words again, paths made absolute; without the options named. */
export function listGivenFlags(command: Command, cwd: string, without: readonly string[]): readonly string[] {
  const values = command.opts<Readonly<Record<string, unknown>>>();
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli' || without.includes(name)) return [];
    const value = values[name];
    const flag = option.long ?? option.short ?? '';
    if (typeof value === 'boolean') return [flag];
    const given = Array.isArray(value) ? value : [value];
    return given.flatMap((each) => [flag, PATHS.has(name) ? resolve(cwd, String(each)) : String(each)]);
  });
}
