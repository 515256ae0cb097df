import { escapeSeparators, type OpenRequest } from '@agentpolicy/message';
import { printable } from '../text/printable.ts';
import { internalError } from './answers.ts';
import type { Effect } from './effects.ts';
import { answer, toAsker } from './settle.ts';

/** Finds requests that wait too long. Who looks rarely measures coarsely: time counts from the first look. */
export class RequestTimeouts {
  private readonly limit: number;
  private readonly since = new WeakMap<OpenRequest, number>();

  /** The limit is in milliseconds. */
  constructor(limit: number) {
    this.limit = limit;
  }

  findExpired(open: readonly OpenRequest[], now: number): readonly OpenRequest[] {
    return open.filter((request) => {
      const since = this.since.get(request);
      if (since === undefined) this.since.set(request, now);
      return since !== undefined && now - since >= this.limit && !request.cancelled;
    });
  }
}

/** Answers a request that waited too long, and takes it back from the server. */
export function expire(request: OpenRequest, limit: number): readonly Effect[] {
  const error = internalError(`The server did not answer within ${limit} ms`);
  const effects: Effect[] = [
    { kind: 'log', text: `TIMEOUT: ${error.reason}: id=${printable(request.id.text)}` },
    answer(toAsker(request, error)),
  ];
  // The protocol forbids to cancel this one.
  if (request.normalizedMethod === 'initialize') return effects;
  const params = `{"requestId":${request.id.text},"reason":"timeout"}`;
  const text = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`;
  return [...effects, { kind: 'send', to: 'server', text: escapeSeparators(text) }];
}
