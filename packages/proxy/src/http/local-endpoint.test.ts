import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { EndpointRequest } from './endpoint.ts';
import { LocalEndpoint, type OwnServer, type StartServer } from './local-endpoint.ts';
import { Exchange } from './session/exchange.ts';

const LIMIT = 200;
const INITIALIZE = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}');

function makeEndpoint(start: StartServer): LocalEndpoint {
  let last = 0;
  return new LocalEndpoint({
    start,
    createParts: () => {
      throw new Error('no session is made here');
    },
    createSessionId: () => String(++last),
    refuse: ({ problem }) => problem,
    onFailure: () => undefined,
    maxBytes: 1000,
  });
}

/** Begins as many sessions at once; gives the statuses of those that are refused by now. */
async function begin(endpoint: LocalEndpoint, count: number): Promise<readonly number[]> {
  const refused: number[] = [];
  const request: EndpointRequest = { headers: new Headers(), sessionId: null };
  for (let index = 0; index < count; index++)
    void endpoint.post({ ...request, body: INITIALIZE }, new Exchange()).then((problem) => {
      if (problem !== null) refused.push(problem.status);
    });
  await setImmediate();
  return refused;
}

describe('many sessions that begin at once', () => {
  it('start no more servers than there may be sessions', async () => {
    let started = 0;
    const endpoint = makeEndpoint(() => {
      started++;
      return new Promise<() => OwnServer>(() => undefined);
    });
    expect(await begin(endpoint, LIMIT + 50)).toEqual(new Array(50).fill(503));
    expect(started).toBe(LIMIT);
  });

  it('give their places back where their servers can not be started', async () => {
    let started = 0;
    const endpoint = makeEndpoint(async () => {
      started++;
      throw new Error('there is no such command');
    });
    for (let round = 0; round < 3; round++)
      expect(await begin(endpoint, LIMIT)).toEqual(new Array(LIMIT).fill(502));
    expect(started).toBe(3 * LIMIT);
  });
});
