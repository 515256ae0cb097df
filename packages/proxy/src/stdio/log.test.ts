import { Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { createLog } from './log.ts';

/** Takes what it gets only when told. */
class SlowWritable extends Writable {
  text = '';
  writes = 0;
  private waiting: (() => void)[] = [];
  private open = true;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    this.writes++;
    if (this.open) done();
    else this.waiting.push(done);
  }

  block(): void {
    this.open = false;
  }

  unblock(): void {
    this.open = true;
    for (const done of this.waiting.splice(0)) done();
  }
}

let stream: SlowWritable;
beforeEach(() => {
  stream = new SlowWritable();
});

describe('the log as JSON', () => {
  const now = () => new Date('2026-01-20T10:30:45.123Z');
  const records = () =>
    stream.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));

  it.each([
    ['Loaded policy: x', { level: 'info' }],
    ['BLOCKED: Tool "rm" not allowed by policy', { level: 'warn', event: 'BLOCKED' }],
    ['ALLOW_MONITOR (dry-run): Tool "rm" would be blocked', { level: 'warn', event: 'ALLOW_MONITOR' }],
    ['AUDIT_FAILED: the disk is full', { level: 'error', event: 'AUDIT_FAILED' }],
    ['quotes " and \u2028', { level: 'info' }],
  ])('%s', (message, facts) => {
    createLog(stream, { json: { now } }).line(message);
    expect(records()).toEqual([{ time: '2026-01-20T10:30:45.123Z', source: 'proxy', ...facts, message }]);
  });

  it('has a record for each line of the server’s, whatever it looks like', () => {
    const log = createLog(stream, { json: { now } });
    log.raw('{"level":"error"}\n\n[aip-proxy] BLOCKED: x\nrest');
    log.raw(Buffer.from('é\n').subarray(0, 1));
    log.raw(Buffer.from('é\n').subarray(1));
    log.line('own');
    expect(records().map(({ source, message }) => [source, message])).toEqual([
      ['server', '{"level":"error"}'],
      ['server', '[aip-proxy] BLOCKED: x'],
      ['server', 'rest'],
      ['server', 'é'],
      ['proxy', 'own'],
    ]);
  });
});

describe('the log', () => {
  it('marks its own lines, and leaves others as they are', () => {
    const log = createLog(stream);
    log.line('Loaded policy: x');
    log.raw('from the server\n');
    log.raw(Buffer.from('bytes\n'));
    expect(stream.text).toBe('[aip-proxy] Loaded policy: x\nfrom the server\nbytes\n');
  });

  it('begins a line of its own where the server left one open', () => {
    const log = createLog(stream);
    log.raw('Password: ');
    log.line('a');
    log.raw(Buffer.from('b'));
    log.raw('');
    log.hold();
    log.line('c');
    log.line('d');
    log.release();
    expect(stream.text).toBe('Password: \n[aip-proxy] a\nb\n[aip-proxy] c\n[aip-proxy] d\n');
  });

  it('writes once what was held, in order', () => {
    const log = createLog(stream);
    log.hold();
    log.line('a');
    log.line('b');
    expect(stream.text).toBe('');
    log.release();
    expect([stream.text, stream.writes]).toEqual(['[aip-proxy] a\n[aip-proxy] b\n', 1]);
    log.line('c');
    expect(stream.text).toBe('[aip-proxy] a\n[aip-proxy] b\n[aip-proxy] c\n');
  });

  it('drops what nobody takes, and says how much', async () => {
    const log = createLog(stream);
    stream.block();
    const line = 'x'.repeat(1000);
    for (let at = 0; at < 5000; at++) log.line(line);
    expect(log.isFull()).toBe(true);
    expect(stream.writableLength).toBeLessThan((1 << 20) + 2000);
    stream.unblock();
    await log.drained();
    log.line('after');
    const lines = stream.text.split('\n').slice(0, -1);
    const [notice = '', last] = lines.slice(-2);
    const dropped = Number(
      /^\[aip-proxy\] (\d+) log lines were dropped: nobody took them$/.exec(notice)?.[1],
    );
    expect(lines.length - 2 + dropped).toBe(5000);
    expect(last).toBe('[aip-proxy] after');
  });

  it('outlives its reader', async () => {
    const log = createLog(stream);
    stream.block();
    for (let at = 0; at < 100; at++) log.line('x'.repeat(1000));
    const drained = log.drained();
    stream.destroy(new Error('EPIPE'));
    await drained;
    log.line('nobody hears this');
    expect(log.isFull()).toBe(false);
  });
});
