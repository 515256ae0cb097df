import { describe, expect, it } from 'vitest';
import { Exchange } from './exchange.ts';

async function readAll(response: Response): Promise<string> {
  return await response.text();
}

describe('an exchange', () => {
  it('without anything said is taken note of', async () => {
    const exchange = new Exchange();
    exchange.finish();
    const response = await exchange.response;
    expect([response.status, await readAll(response)]).toEqual([202, '']);
  });

  it('that never became a stream is one answer', async () => {
    const exchange = new Exchange();
    exchange.send('{"id":1}', 'e1');
    exchange.finish();
    exchange.send('{"id":2}', null);
    const response = await exchange.response;
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await readAll(response)).toBe('{"id":1}');
  });

  it('that became a stream sends what came before, and what comes after, as events', async () => {
    const exchange = new Exchange();
    exchange.send('{"id":1}', null);
    exchange.startStream();
    exchange.send('{"id":2}', 'e2');
    exchange.mark('e3', 10);
    exchange.finish();
    const response = await exchange.response;
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(await readAll(response)).toBe(
      'data: {"id":1}\n\nid: e2\ndata: {"id":2}\n\nid: e3\nretry: 10\ndata: \n\n',
    );
  });

  it('says on a stream that is silent that it is alive, and not more often', async () => {
    const exchange = new Exchange();
    exchange.startStream();
    for (const now of [0, 14_999, 15_000, 15_250, 30_000]) exchange.tick(now);
    exchange.send('{}', null);
    for (const now of [30_250, 45_249, 45_250]) exchange.tick(now);
    exchange.finish();
    expect(await readAll(await exchange.response)).toBe(': alive\n\ndata: {}\n\n: alive\n\n');
  });

  it('says nothing of the kind in one answer', async () => {
    const exchange = new Exchange();
    for (const now of [0, 60_000]) exchange.tick(now);
    exchange.send('{}', null);
    exchange.finish();
    expect(await readAll(await exchange.response)).toBe('{}');
  });

  it('with a sink is no HTTP at all', () => {
    const written: string[] = [];
    const sink = {
      write: (text: string) => written.push(text),
      isFull: false,
      ready: () => Promise.resolve(),
    };
    const exchange = new Exchange(sink);
    exchange.startStream();
    exchange.send('{"id":1}', 'e1');
    exchange.mark('e2', null);
    exchange.tick(0);
    exchange.tick(60_000);
    exchange.finish();
    exchange.send('{"id":2}', null);
    expect(written).toEqual(['{"id":1}']);
  });
});
