import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndTimes } from '../src/stdio/end-server.ts';
import { ProxySession, serverPath } from './support/session.ts';
import { createStubEngine } from './support/stub-engine.ts';
import { callTool, request } from './support/wire.ts';

const ENGINE = createStubEngine({ tools: { read: 'allow' } });
const QUICK: EndTimes = { close: 200, closeWhilePending: 200, terminate: 200, kill: 1000, deliver: 1000 };
const MIB = 1024 * 1024;

let session: ProxySession;
beforeEach(() => {
  session = new ProxySession();
});
afterEach(() => session.cleanUp());

/** A reader that takes one piece and no more, until it is told to go on. */
class StuckWritable extends Writable {
  taken = 0;
  private goOn: (() => void) | undefined;
  private stuck = true;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken += chunk.length;
    if (this.stuck) this.goOn = done;
    else done();
  }

  release(): void {
    this.stuck = false;
    this.goOn?.();
  }
}

describe('back-pressure', () => {
  it('a client that does not read stops the server', async () => {
    const stdout = new StuckWritable();
    session.startMisbehaving(ENGINE, 'flood', { stdout, endTimes: QUICK }).send(callTool(1, 'read'));
    while (!stdout.writableNeedDrain) await sleep(10);
    const held = stdout.writableLength;
    // A server that were not held back would send hundreds of megabytes in this time.
    await sleep(500);
    expect(stdout.writableLength).toBe(held);
    expect(held).toBeLessThan(MIB);
    stdout.release();
    while (stdout.taken < 20 * MIB) await sleep(10);
    await session.finish();
  });

  it('a server that does not read stops the client', async () => {
    session.startMisbehaving(ENGINE, 'deaf', { endTimes: QUICK });
    const line = `${callTool(1, 'read', { pad: 'x'.repeat(1000) })}\n`;
    const offered = 20_000;
    for (let at = 0; at < offered; at++) session.stdin.write(line.replace('"id":1', `"id":${at}`));
    while (!session.stdin.isPaused()) await sleep(10);
    await sleep(300);
    // What the proxy did not take still waits on the client's side.
    expect(session.stdin.writableLength + session.stdin.readableLength).toBeGreaterThan(10 * MIB);
    session.signals.send('SIGTERM');
    expect(await session.status).toBe(143);
    const answers = session.stdout.lines();
    expect(answers.length).toBeLessThan(offered);
    for (const [at, answer] of answers.entries())
      expect(answer).toContain(`"id":${at},"error":{"code":-32603`);
  });

  it('a flood of refused calls waits for the client to read the answers', async () => {
    const stdout = new StuckWritable();
    session.startMisbehaving(ENGINE, 'silent', { stdout, endTimes: QUICK });
    for (let at = 0; at < 20_000; at++) session.stdin.write(`${callTool(at, 'forbidden')}\n`);
    while (!stdout.writableNeedDrain) await sleep(10);
    await sleep(200);
    expect(stdout.writableLength).toBeLessThan(MIB);
    stdout.release();
    session.stdin.end();
    expect(await session.status).toBe(0);
    expect(stdout.taken).toBeGreaterThan(20_000 * 100);
  });

  it('an operator who does not read the log holds up no message', async () => {
    const stderr = new StuckWritable();
    session.startRecorder(ENGINE, [], { stderr });
    for (let at = 0; at < 30_000; at++) session.stdin.write(`${callTool(at, 'forbidden')}\n`);
    session.send(request('last', 'ping'));
    await session.stdout.waitForLines(30_001);
    expect(stderr.writableLength).toBeLessThan(2 * MIB);
    stderr.release();
    await session.finish();
  });
});

describe('order', () => {
  it('messages keep theirs in each direction, none is lost, none comes twice', async () => {
    const target = [process.execPath, serverPath('echo-server.mjs')];
    session.start(ENGINE, target);
    const count = 20_000;
    let text = '';
    for (let at = 0; at < count; at++) text += `${callTool(at, 'read', { at })}\n`;
    const bytes = Buffer.from(text);
    // Odd pieces: a line is cut anywhere.
    for (let at = 0; at < bytes.length; at += 777) session.stdin.write(bytes.subarray(at, at + 777));
    await session.stdout.waitForLines(count);
    expect(await session.finish()).toBe(0);
    const ids = session.stdout.lines().map((line) => JSON.parse(line).result.echo.params.arguments.at);
    expect(ids).toEqual(Array.from({ length: count }, (_, at) => at));
    expect(session.auditRecords()).toHaveLength(count);
  });
});
