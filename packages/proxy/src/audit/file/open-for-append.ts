import { closeSync, constants, fchmodSync, fstatSync, openSync } from 'node:fs';
import { describeCause, remedyFor } from '../../errors/describe-cause.ts';
import { ProxyError } from '../../errors/proxy-error.ts';

const OWNER_ONLY = 0o600;

/**
 * Opens a file for appending, never through a symbolic link; a new one can be read by its owner only.
 * O_NOFOLLOW and O_NONBLOCK don't exist on Windows, where they count as zero.
 * @throws ProxyError `audit-file`
 */
export function openForAppend(path: string): number {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_RDWR | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);
  let descriptor: number;
  try {
    descriptor = openSync(path, flags, OWNER_ONLY);
  } catch (cause) {
    throw new ProxyError(
      'audit-file',
      `can't open the audit log ${path}: ${describeCause(cause)}${remedyFor(cause)}`,
    );
  }
  const stat = fstatSync(descriptor);
  if (!stat.isFile()) {
    closeSync(descriptor);
    throw new ProxyError('audit-file', `the audit log ${path} is not a regular file; give the path of one`);
  }
  // An empty file is as good as new: whatever made it, what is written from now on is for the owner's eyes.
  if (stat.size === 0) fchmodSync(descriptor, OWNER_ONLY);
  return descriptor;
}
