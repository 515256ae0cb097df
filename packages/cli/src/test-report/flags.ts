import type { Shard } from '@agentpolicy/test-runner';
import { CliError } from '../exit-status.ts';

/** Reads `2/4`. */
export function parseShard(value: string): Shard {
  const found = /^([0-9]{1,6})\/([0-9]{1,6})$/.exec(value);
  const index = Number(found?.[1]);
  const count = Number(found?.[2]);
  if (!(index >= 1 && index <= count))
    throw new CliError(`\`--shard ${value}\` is no part of a whole`, 'write it as 1/4, 2/4, 3/4 and 4/4');
  return { index, count };
}

/** Reads how many failures are enough. */
export function parseBail(value: string | true): number {
  if (value === true) return 1;
  if (!/^[1-9][0-9]{0,8}$/.test(value))
    throw new CliError(
      `\`--bail ${value}\` is no number of failures`,
      'write a number from 1, or --bail alone',
    );
  return Number(value);
}

/** Reads how many threads may run at once. */
export function parseJobs(value: string): number {
  const jobs = /^[0-9]{1,3}$/.test(value) ? Number(value) : 0;
  if (jobs >= 1 && jobs <= 256) return jobs;
  throw new CliError(`\`--jobs ${value}\` is no number of threads`, 'write a number from 1 to 256');
}

/** Reads a percentage. */
export function parsePercent(flag: string, value: string): number {
  if (!/^[0-9]{1,3}(?:\.[0-9]{1,3})?$/.test(value) || Number(value) > 100)
    throw new CliError(`\`${flag} ${value}\` is no percentage`, 'write a number from 0 to 100');
  return Number(value);
}
