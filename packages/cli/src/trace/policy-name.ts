import { CliError } from '../exit-status.ts';

/** @throws CliError where the text is no name that fits into logs, labels and file names. */
export function checkPolicyName(name: string): void {
  if (/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) && name.length <= 63) return;
  throw new CliError(`\`--name ${name}\` is no name in kebab-case`, 'write for example coding-agent');
}
