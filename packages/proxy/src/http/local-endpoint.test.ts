import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createStubEngine } from '../../test/support/stub-engine.ts';
import { NO_AUDIT } from '../audit/sink.ts';
import { createGateway } from '../gateway/gateway.ts';
import { createLog } from '../stdio/log.ts';
import type { EndpointRequest } from './endpoint.ts';
import { LocalEndpoint, type OwnServer, type StartServer } from './local-endpoint.ts';
import { Exchange } from './session/exchange.ts';

const LIMIT = 200;
const ENDING = 50;
const INITIALIZE = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}');

function makeEndpoint(start: StartServer): LocalEndpoint {
  let last = 0;
  return new LocalEndpoint({
    start,
    createParts: () => ({
      gateway: createGateway({ engine: createStubEngine(), verbose: false }),
      audit: NO_AUDIT,
      log: createLog(new PassThrough()),
      desk: { ask: async () => 'nobody', close: () => undefined },
      mayPass: () => true,
      register: () => () => undefined,
    }),
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

it('while many servers take their time to end, no session begins', async () => {
  const ends: (() => void)[] = [];
  const server: OwnServer = {
    send: () => undefined,
    ready: async () => undefined,
    end: () => new Promise((resolve) => ends.push(resolve)),
    kill: () => undefined,
  };
  const endpoint = makeEndpoint(async () => () => ({ ...server }));
  expect(await begin(endpoint, ENDING)).toEqual([]);
  for (let id = 1; id <= ENDING; id++)
    await endpoint.delete({ headers: new Headers(), sessionId: String(id) }, new Exchange());
  expect(await begin(endpoint, 1)).toEqual([503]);
  for (const end of ends) end();
  await setImmediate();
  expect(await begin(endpoint, 1)).toEqual([]);
});
