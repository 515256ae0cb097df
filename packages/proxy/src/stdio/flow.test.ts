import { PassThrough, Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFlow } from './flow.ts';

/** Takes nothing until told. */
class Stuck extends Writable {
  private waiting: (() => void) | undefined;

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    this.waiting = done;
  }

  async takeAll(): Promise<void> {
    while (this.writableLength > 0) {
      this.waiting?.();
      await new Promise(setImmediate);
    }
  }
}

const MIB = 1024 * 1024;
let clientIn: PassThrough;
let clientOut: Stuck;
let serverIn: Stuck;
let serverOut: PassThrough;
let flow: ReturnType<typeof createFlow>;

beforeEach(() => {
  clientIn = new PassThrough().resume();
  clientOut = new Stuck();
  serverIn = new Stuck();
  serverOut = new PassThrough().resume();
  flow = createFlow({ clientIn, clientOut, serverIn, serverOut });
});

const paused = (): readonly boolean[] => {
  flow.update();
  return [clientIn.isPaused(), serverOut.isPaused()];
};

describe('who is read', () => {
  it('both, while all is taken', () => {
    expect(paused()).toEqual([false, false]);
  });

  it('neither, while the client takes nothing, and both again once it does', async () => {
    clientOut.write(Buffer.alloc(MIB));
    expect(paused()).toEqual([true, true]);
    await clientOut.takeAll();
    expect([clientIn.isPaused(), serverOut.isPaused()]).toEqual([false, false]);
  });

  it('the server alone, while it takes nothing itself', async () => {
    serverIn.write(Buffer.alloc(MIB));
    expect(paused()).toEqual([true, false]);
    await serverIn.takeAll();
    expect([clientIn.isPaused(), serverOut.isPaused()]).toEqual([false, false]);
  });

  it('not even the server, where what waits for it passes all bounds', async () => {
    for (let at = 0; at < 17; at++) serverIn.write(Buffer.alloc(MIB));
    expect(paused()).toEqual([true, true]);
    await serverIn.takeAll();
    expect([clientIn.isPaused(), serverOut.isPaused()]).toEqual([false, false]);
  });

  it('both, where those that were full are gone', () => {
    clientOut.write(Buffer.alloc(MIB));
    serverIn.write(Buffer.alloc(MIB));
    expect(paused()).toEqual([true, true]);
    clientOut.destroy();
    serverIn.destroy();
    expect(paused()).toEqual([false, false]);
  });
});
