import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callTool, request } from '../support/wire.ts';
import { type Asked, HttpProxy, listen, type Running } from './http-proxy.ts';

let server: Running & { readonly asked: readonly Asked[] };
let proxy: HttpProxy;

beforeEach(async () => {
  server = await listen(({ body }, response) => {
    const id = body === '' ? 0 : JSON.parse(body).id;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
  });
  proxy = await new HttpProxy().start(
    { tools: { read: 'allow' } },
    { kind: 'remote', url: server.url, headers: new Map() },
    { maxLineBytes: 4096, patience: { head: 150, request: 300, checkEvery: 50 } },
  );
});
afterEach(async () => {
  await proxy.stop();
  await server.stop();
});

const body = callTool(1, 'read');
const HEAD = ['POST /mcp HTTP/1.1', 'Host: 127.0.0.1', 'Content-Type: application/json', 'Connection: close'];
const LENGTH = `Content-Length: ${body.length}`;
const lines = (...all: readonly string[]): string => `${all.join('\r\n')}\r\n\r\n`;

/** Sends bytes and gives all that is answered until the connection ends. */
function send(...parts: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(proxy.url.port), '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('close', () => resolve(text));
    socket.on('error', () => undefined);
    for (const part of parts) socket.write(part);
  });
}

const statusOf = (answer: string): string => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'closed';

describe('bytes that are no honest request', () => {
  it('an honest one is served', async () => {
    const answer = await send(lines(...HEAD, LENGTH), body);
    expect(statusOf(answer)).toBe('200');
    expect(server.asked).toHaveLength(1);
  });

  it.each<[string, readonly (string | Uint8Array)[], string]>([
    ['two lengths', [lines(...HEAD, LENGTH, 'Content-Length: 3'), body], '400'],
    ['a length and chunks', [lines(...HEAD, LENGTH, 'Transfer-Encoding: chunked'), body], '400'],
    ['an unknown transfer coding', [lines(...HEAD, 'Transfer-Encoding: x'), body], '400'],
    ['a bare line feed inside the head', [`${HEAD.join('\n')}\n${LENGTH}\n\n`, body], '400'],
    ['a space before a colon', [lines(...HEAD, LENGTH, 'Origin : https://evil.example'), body], '400'],
    ['a folded header', [lines(...HEAD, LENGTH, 'X-A: 1', ' Origin: https://evil.example'), body], '400'],
    ['a NUL in a header', [lines(...HEAD, LENGTH, 'X-A: \0'), body], '400'],
    ['no host', [lines('POST /mcp HTTP/1.1', 'Content-Type: application/json', LENGTH), body], '400'],
    ['two hosts', [lines(...HEAD, 'Host: evil.example', LENGTH), body], '403'],
    [
      'another host by its target',
      [lines('POST http://evil.example/mcp HTTP/1.1', ...HEAD.slice(1), LENGTH), body],
      '403',
    ],
    [
      'two origins',
      [lines(...HEAD, 'Origin: http://localhost', 'Origin: https://evil.example', LENGTH), body],
      '403',
    ],
    [
      'an origin behind very many headers',
      [
        lines(...HEAD, ...Array.from({ length: 3000 }, () => 'a:'), 'Origin: https://evil.example', LENGTH),
        body,
      ],
      '403',
    ],
    ['a head beyond the limit', [lines(...HEAD, `X-A: ${'x'.repeat(40_000)}`, LENGTH), body], '431'],
    [
      'a body beyond the limit, without a length',
      [lines(...HEAD, 'Transfer-Encoding: chunked'), chunk('x'.repeat(5000)), chunk('')],
      '413',
    ],
    [
      'two types',
      [
        lines(
          HEAD[0] ?? '',
          HEAD[1] ?? '',
          'Connection: close',
          'Content-Type: application/json, text/plain',
          LENGTH,
        ),
        body,
      ],
      '400',
    ],
    ['a compressed body', [lines(...HEAD, 'Content-Encoding: gzip', LENGTH), body], '400'],
    [
      'HEAD, which would open a stream',
      [lines('HEAD /mcp HTTP/1.1', 'Host: 127.0.0.1', 'Accept: text/event-stream', 'Connection: close')],
      '405',
    ],
    ['a method that is not served', [lines('PUT /mcp HTTP/1.1', ...HEAD.slice(1), LENGTH), body], '405'],
    ['a tunnel', [lines('CONNECT evil.example:443 HTTP/1.1', 'Host: 127.0.0.1')], 'closed'],
    ['another path', [lines('POST /mcp/../admin HTTP/1.1', ...HEAD.slice(1), LENGTH), body], '404'],
    [
      'a climb out of what is published',
      [lines('GET /.well-known/%2e%2e/secret HTTP/1.1', 'Host: 127.0.0.1', 'Connection: close')],
      '404',
    ],
    ['HTTP/2', ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], '400'],
    ['TLS', [Buffer.from('160301020001000001fc0303', 'hex')], '400'],
  ])('are refused, and reach no server: %s', async (_, parts, status) => {
    const answer = await send(...parts);
    expect(statusOf(answer)).toBe(status);
    expect(server.asked).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ['its head', [HEAD.join('\r\n')]],
    ['its body', [lines(...HEAD, LENGTH), body.slice(0, 10)]],
  ])('a client that never ends %s is sent away', async (_, parts) => {
    expect(['408', 'closed']).toContain(statusOf(await send(...parts)));
    expect(server.asked).toEqual([]);
  });

  it('a client that leaves in the middle leaves nothing behind', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(proxy.url.port), '127.0.0.1', () => {
        socket.write(lines(...HEAD, LENGTH));
        socket.write(body.slice(0, 10), () => socket.destroy());
      });
      socket.once('close', () => resolve());
    });
    expect(statusOf(await send(lines(...HEAD, LENGTH), body))).toBe('200');
  });

  it('what follows a request on its connection is a request of its own', async () => {
    const forbidden = callTool(2, 'write');
    const keep = HEAD.filter((line) => !line.startsWith('Connection'));
    const answer = await send(
      lines(...keep, LENGTH) + body + lines(...HEAD, `Content-Length: ${forbidden.length}`) + forbidden,
    );
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(answer).toContain('"code":-32001');
    expect(server.asked.map(({ body: text }) => text)).toEqual([body]);
  });
});

/** Answers the first line; after the second it writes as much as it is let, and keeps count in a file. */
const FLOOD = `
  const { writeFileSync } = require('node:fs');
  const note = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { data: 'x'.repeat(1 << 20) } });
  let written = 0;
  const flood = () => {
    do writeFileSync(process.argv[1], String(++written));
    while (process.stdout.write(note + '\\n') && written < 1000);
    if (written < 1000) process.stdout.once('drain', flood);
  };
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line);
    if (method === 'initialize') process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: {} }) + '\\n');
    else flood();
  });
`;

describe('a client that does not read', () => {
  it('holds its server up, and others are served', async () => {
    const local = new HttpProxy();
    const counter = join(local.folder, 'written');
    await local.start({}, { kind: 'local', target: [process.execPath, '-e', FLOOD, counter] });
    const begin = (): Promise<Response> =>
      fetch(local.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: request(0, 'initialize', {}),
      });
    const begun = await begin();
    await begun.text();
    const asks = request(1, 'flood');
    const socket = connect(Number(local.url.port), '127.0.0.1').pause();
    const session = `Mcp-Session-Id: ${begun.headers.get('mcp-session-id')}`;
    const accept = 'Accept: application/json, text/event-stream';
    socket.write(lines(...HEAD, accept, session, `Content-Length: ${asks.length}`) + asks);
    const seen: number[] = [];
    const stands = (): boolean => {
      seen.push(existsSync(counter) ? Number(readFileSync(counter, 'utf8')) : 0);
      return (seen.at(-1) ?? 0) > 0 && seen.slice(-4).every((count) => count === seen.at(-1));
    };
    await expect.poll(stands, { interval: 150, timeout: 10_000 }).toBe(true);
    // What fits into the pipes and the socket, and not the gigabyte that the server has to say.
    expect(seen.at(-1)).toBeLessThan(32);
    expect((await begin()).status).toBe(200);
    socket.destroy();
    await local.stop();
  });
});

function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
