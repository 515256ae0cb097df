import { MessageError } from './message-error.ts';

/**
 * Checks a limit that a caller sets.
 * @throws MessageError `bad-limit` where it is no whole number from 1 to `most`.
 */
export function checkLimit(name: string, limit: number, most: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > most)
    throw new MessageError('bad-limit', `${name} is ${limit}, which is no whole number from 1 to ${most}`);
}
