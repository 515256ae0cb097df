import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runRemoteWithEngine } from '../../src/http/run-remote-proxy.ts';
import { createStubEngine } from '../support/stub-engine.ts';
import { callTool, request } from '../support/wire.ts';
import { type Asked, listen, type Running } from './http-proxy.ts';

type Handle = Parameters<typeof listen>[0];

const JSON_TYPE = { 'content-type': 'application/json' };
const SSE_TYPE = { 'content-type': 'text/event-stream' };
const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
const answer = (id: unknown, result: unknown = {}): string => JSON.stringify({ jsonrpc: '2.0', id, result });

let server: Running & { readonly asked: readonly Asked[] };
let handle: Handle;
let client: StdioClient;

/** The client's side of a proxy in this process. */
class StdioClient {
  readonly stdin = new PassThrough();
  private readonly stdout = new PassThrough();
  private readonly stderr = new PassThrough();
  private readonly listeners = new Map<string, Set<() => void>>();
  readonly lines: string[] = [];
  readonly status: Promise<number>;
  log = '';

  constructor(url: URL) {
    createInterface({ input: this.stdout }).on('line', (line) => this.lines.push(line));
    this.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.log += text;
    });
    const engine = createStubEngine({ tools: { read: 'allow' } });
    this.status = runRemoteWithEngine(
      {
        table: engine.table,
        policyFiles: [],
        home: '/home/user',
        cwd: '/',
        foldCase: false,
        now: () => new Date(),
        clock: () => performance.now(),
        stdin: this.stdin,
        stdout: this.stdout,
        stderr: this.stderr,
        upstream: { kind: 'remote', url, headers: new Map([['x-key', 'k']]) },
        signals: {
          on: (event: string, listener: () => void) =>
            this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener)),
          off: (event: string, listener: () => void) => this.listeners.get(event)?.delete(listener),
        },
      },
      engine,
    );
  }

  say(...lines: readonly string[]): void {
    for (const line of lines) this.stdin.write(`${line}\n`);
  }

  signal(name: string): void {
    for (const listener of this.listeners.get(name) ?? []) listener();
  }

  async hear(text: string): Promise<void> {
    await expect.poll(() => this.lines.some((line) => line.includes(text)), { interval: 5 }).toBe(true);
  }

  /** Begins a session. */
  async begin(): Promise<void> {
    this.say(request(0, 'initialize', { protocolVersion: '2025-11-25' }));
    await this.hear('"id":0');
    this.say(INITIALIZED);
    await expect.poll(() => asked('GET').length, { interval: 5 }).toBeGreaterThan(0);
  }
}

const asked = (method: string): readonly Asked[] => server.asked.filter((each) => each.method === method);

/** Answers as a server with sessions does; `handle` may do otherwise. */
const serve: Handle = ({ method, body }, response) => {
  if (method === 'GET') response.writeHead(405).end();
  else if (method === 'DELETE') response.writeHead(200).end();
  else {
    const { id, method: called } = JSON.parse(body);
    if (id === undefined) response.writeHead(202).end();
    else
      response
        .writeHead(200, { ...JSON_TYPE, 'mcp-session-id': 's-1' })
        .end(answer(id, called === 'initialize' ? { protocolVersion: '2025-06-18' } : {}));
  }
};

beforeEach(async () => {
  handle = serve;
  server = await listen((one, response) => handle(one, response));
  client = new StdioClient(server.url);
});
afterEach(async () => {
  client.stdin.end();
  await client.status;
  await server.stop();
});

describe('a client on standard input, in front of a server behind a URL', () => {
  it('has its session, its version and its own headers told with each message', async () => {
    await client.begin();
    client.say(callTool(1, 'read'));
    await client.hear('"id":1');
    expect(asked('POST')[0]?.headers).toMatchObject({
      'x-key': 'k',
      accept: 'application/json, text/event-stream',
    });
    expect(asked('POST')[0]?.headers).not.toHaveProperty('mcp-protocol-version');
    for (const { headers } of server.asked.slice(1))
      expect(headers).toMatchObject({
        'x-key': 'k',
        'mcp-session-id': 's-1',
        'mcp-protocol-version': '2025-06-18',
      });
  });

  it('reaches the server in order, although it waits for nothing', async () => {
    const slow: Handle = (one, response) =>
      setTimeout(() => serve(one, response), one.body.includes('ping') ? 0 : 40);
    handle = slow;
    client.say(request(0, 'initialize'), INITIALIZED, request(1, 'ping'));
    await client.hear('"id":1');
    expect(asked('POST').map(({ body }) => JSON.parse(body).method)).toEqual([
      'initialize',
      'notifications/initialized',
      'ping',
    ]);
  });

  it('hears what the server says unasked, and answers it', async () => {
    handle = (one, response) => {
      if (one.method !== 'GET') serve(one, response);
      else response.writeHead(200, SSE_TYPE).write(`id: 1\ndata: ${request(5, 'roots/list')}\n\n`);
    };
    await client.begin();
    await client.hear('roots/list');
    client.say(answer(5, { roots: [] }));
    await expect.poll(() => asked('POST').at(-1)?.body).toBe(answer(5, { roots: [] }));
  });

  it('hears on from where that stream broke off', async () => {
    handle = (one, response) => {
      const from = one.headers['last-event-id'];
      if (one.method !== 'GET') serve(one, response);
      else if (from === undefined) response.writeHead(200, SSE_TYPE).end('id: e1\nretry: 10\ndata:\n\n');
      else response.writeHead(200, SSE_TYPE).write(`data: ${request(6, 'roots/list')}\n\n`);
    };
    await client.begin();
    await client.hear('"id":6');
    expect(asked('GET').map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'e1']);
  });

  it('gets the answer of a call whose stream broke off', async () => {
    handle = (one, response) => {
      if (one.headers['last-event-id'] === 'e1')
        response.writeHead(200, SSE_TYPE).end(`id: e2\ndata: ${answer(1, { resumed: true })}\n\n`);
      else if (one.body.includes('tools/call'))
        response.writeHead(200, SSE_TYPE).end('id: e1\nretry: 10\ndata:\n\n');
      else serve(one, response);
    };
    await client.begin();
    client.say(callTool(1, 'read'));
    await client.hear('"resumed":true');
    expect(client.lines.filter((line) => line.includes('"id":1'))).toHaveLength(1);
  });

  it.each<[string, Handle]>([
    ['the stream broke off for good', (_one, response) => response.writeHead(200, SSE_TYPE).end()],
    [
      'nothing more comes on it',
      (one, response) =>
        one.method === 'POST'
          ? response.writeHead(200, SSE_TYPE).end('id: e1\nretry: 1\ndata:\n\n')
          : response.writeHead(200, SSE_TYPE).end(),
    ],
    ['the server wants a login', (_one, response) => response.writeHead(401).end()],
    ['the server breaks off', (_one, response) => response.destroy()],
  ])('gets an error where %s', async (_, broken) => {
    await client.begin();
    handle = (one, response) =>
      one.body.includes('tools/call') || one.headers['last-event-id'] !== undefined
        ? broken(one, response)
        : serve(one, response);
    client.say(callTool(1, 'read'));
    await client.hear('"id":1,"error":{"code":-32603');
  });

  it('ends with the session, when the server no longer knows it', async () => {
    await client.begin();
    handle = (_one, response) => response.writeHead(404).end();
    client.say(callTool(1, 'read'));
    expect(await client.status).toBe(1);
    await client.hear('"id":1,"error"');
    expect(client.log).toContain('no longer knows the session');
  });

  it('leaves: what it asked for is answered, and the session is ended', async () => {
    await client.begin();
    client.say(callTool(1, 'read'));
    client.stdin.end();
    expect(await client.status).toBe(0);
    await client.hear('"id":1,"result"');
    expect(asked('DELETE')[0]?.headers).toMatchObject({ 'mcp-session-id': 's-1' });
  });

  it('is left at a signal, also while the server is silent', async () => {
    await client.begin();
    handle = () => undefined;
    client.say(callTool(1, 'read'));
    await expect.poll(() => asked('POST').at(-1)?.body).toContain('tools/call');
    client.signal('SIGTERM');
    client.signal('SIGTERM');
    expect(await client.status).toBe(143);
    await client.hear('"id":1,"error":{"code":-32603');
  });

  it('is refused what the policy does not allow, and the server hears nothing of it', async () => {
    await client.begin();
    client.say(callTool(1, 'write'));
    await client.hear('"code":-32001');
    expect(server.asked.some(({ body }) => body.includes('tools/call'))).toBe(false);
  });
});
