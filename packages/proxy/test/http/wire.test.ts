import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseHeader, parseListenAddress, parseUpstream } from '../../src/http/http-options.ts';
import { callTool, request } from '../support/wire.ts';
import { type Asked, HttpProxy, listen, type Running } from './http-proxy.ts';

type Handle = Parameters<typeof listen>[0];

let proxy: HttpProxy;
let server: Running & { readonly asked: readonly Asked[] };

/** What the hand-made server does; each test sets it. */
let handle: Handle;

beforeEach(async () => {
  handle = answerJson;
  server = await listen((asked, response) => handle(asked, response));
  proxy = await new HttpProxy().start(
    {
      tools: { read: 'allow', other: 'allow' },
      secret: 'hunter2',
      deniedMethods: ['sampling/createmessage'],
    },
    { kind: 'remote', url: server.url, headers: new Map([['x-key', 'from-env']]) },
    { maxLineBytes: 4096 },
  );
});
afterEach(async () => {
  await proxy.stop();
  await server.stop();
});

const answerJson: Handle = ({ body, method }, response) => {
  if (method !== 'POST') {
    response.writeHead(405).end();
    return;
  }
  const { id, method: asked } = JSON.parse(body);
  if (id === undefined) response.writeHead(202).end();
  else
    response
      .writeHead(200, {
        'content-type': 'application/json',
        ...(asked === 'initialize' ? { 'mcp-session-id': 's-1' } : {}),
      })
      .end(JSON.stringify({ jsonrpc: '2.0', id, result: { said: 'hunter2' } }));
};

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(proxy.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body,
  });
}

async function initialize(): Promise<void> {
  const response = await post(request(0, 'initialize', { protocolVersion: '2025-11-25' }));
  expect(response.headers.get('mcp-session-id')).toBe('s-1');
  await response.text();
}

const inSession = { 'mcp-session-id': 's-1' };

describe('a message over HTTP', () => {
  it('reaches the server with its headers, and its answer is scanned', async () => {
    await initialize();
    const body = callTool(1, 'read').replaceAll(',', ',\n\t');
    const response = await post(body, { ...inSession, authorization: 'Bearer theirs' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 1, result: { said: '[REDACTED:secret]' } });
    const asked = server.asked.at(-1);
    expect(JSON.parse(asked?.body ?? '')).toEqual(JSON.parse(body));
    expect(asked?.headers).toMatchObject({
      ...inSession,
      authorization: 'Bearer theirs',
      'x-key': 'from-env',
    });
  });

  it.each([
    ['a tool that is not allowed', callTool(1, 'write'), -32001],
    [
      'a key that stands there twice',
      '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}',
      -32600,
    ],
    ['two messages', `${request(1, 'ping')}\n${request(2, 'ping')}`, -32700],
    ['a line end inside a string', callTool(1, 'read', { a: 'b#c' }).replace('#', '\n'), -32700],
    ['no JSON', 'hello', -32700],
    ['a batch', `[${request(1, 'ping')}]`, -32600],
  ])('is refused and never sent: %s', async (_, body, code) => {
    await initialize();
    const before = server.asked.length;
    const response = await post(body, inSession);
    const answer: { error?: { code?: number } } = JSON.parse(await response.text());
    expect(answer.error?.code).toBe(code);
    expect(server.asked).toHaveLength(before);
  });

  it.each<[string, string, Record<string, string>, number]>([
    ['longer than the limit', callTool(1, 'read', { a: 'x'.repeat(5000) }), {}, 413],
    ['that is no JSON by its type', callTool(1, 'read'), { 'content-type': 'text/plain' }, 400],
    ['that is compressed', callTool(1, 'read'), { 'content-encoding': 'gzip' }, 400],
    ['that is empty', '', {}, 400],
    ['of an unknown session', request(1, 'ping'), { 'mcp-session-id': 'unknown' }, 404],
    ['whose headers name another tool', callTool(1, 'read'), { 'mcp-name': 'other' }, 400],
    [
      'whose headers name no tool where they must',
      callTool(1, 'read'),
      { 'mcp-protocol-version': '2026-07-28' },
      400,
    ],
    ['of a foreign page', request(1, 'ping'), { origin: 'https://evil.example' }, 403],
  ])('is refused before it is judged: one %s', async (_, body, headers, status) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { data: { reason: expect.any(String) } } });
    expect(server.asked).toEqual([]);
  });

  it('that is too long, or whose headers lie, is audited', async () => {
    await (await post(callTool(1, 'read', { a: 'x'.repeat(5000) }))).text();
    await (await post(callTool(2, 'read'), { 'mcp-name': 'other' })).text();
    expect(proxy.audited()).toEqual(['upstream BLOCK undefined', 'upstream BLOCK undefined']);
    await (await post(request(3, 'ping'), { origin: 'https://evil.example' })).text();
    expect(proxy.text()).toContain('REFUSED: somebody who may not connect: web pages of this Origin');
    expect(proxy.audited()).toHaveLength(2);
  });

  it('that wants no answer gets none', async () => {
    await initialize();
    const body = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
    const response = await post(body, inSession);
    expect([response.status, await response.text()]).toEqual([202, '']);
    expect(server.asked.at(-1)?.body).toBe(body);
  });

  it('in another spelling is named as it is sent', async () => {
    const named = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'Tools/Call', 'mcp-name': 'read' };
    const body = request(1, 'Tools/Call', {
      name: 'read',
      _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
    });
    await (await post(body, named)).text();
    expect(server.asked.at(-1)?.headers).toMatchObject({ 'mcp-method': 'tools/call', 'mcp-name': 'read' });
  });

  it('hears what the server says about logging in', async () => {
    handle = (_asked, response) =>
      response
        .writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="https://a.example/x"' })
        .end('hunter2');
    const response = await post(callTool(1, 'read'));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer resource_metadata="https://a.example/x"');
    expect(await response.json()).toMatchObject({ id: 1, error: { code: -32603 } });
  });

  it('is not told what may not pass in a header', async () => {
    handle = (_asked, response) =>
      response.writeHead(401, { 'www-authenticate': 'Bearer hunter2', 'retry-after': '7' }).end();
    const response = await post(callTool(1, 'read'));
    expect(Object.fromEntries(response.headers)).not.toHaveProperty('www-authenticate');
    expect([response.status, response.headers.get('retry-after')]).toEqual([401, '7']);
    expect(readFileSync(proxy.auditPath, 'utf8')).toContain('"dlp_rule":"secret","dlp_action":"BLOCKED"');
    expect(proxy.text()).toContain('DLP_TRIGGERED: Rule "secret" matched 1 time(s), blocked');
  });

  it('is not taken elsewhere by a redirection', async () => {
    handle = (_asked, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
    const response = await post(callTool(1, 'read'), { authorization: 'Bearer theirs' });
    expect(response.status).toBe(502);
    expect(server.asked).toHaveLength(1);
  });

  it.each<[string, Handle]>([
    ['breaks off', (_asked, response) => response.destroy()],
    [
      'answers with nothing',
      (_asked, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(),
    ],
    [
      'answers another request',
      (_asked, response) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"jsonrpc":"2.0","id":9,"result":{}}'),
    ],
    [
      'ends its stream',
      (_asked, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(),
    ],
    [
      'sends too much',
      (_asked, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(`{"a":"${'x'.repeat(9000)}"}`),
    ],
  ])('is answered with an error where the server %s', async (_, broken) => {
    handle = broken;
    const text = await (await post(callTool(1, 'read'))).text();
    expect(text).toContain('"id":1,"error":{"code":-32603');
  });
});

describe('a batch, in the one revision that has them', () => {
  const answers: Handle = ({ body }, response) => {
    const asked: unknown = JSON.parse(body);
    const answer = (one: unknown): object => ({ jsonrpc: '2.0', id: Object(one).id, result: {} });
    const said = Array.isArray(asked)
      ? asked.map(answer)
      : { ...answer(asked), result: { protocolVersion: '2025-03-26' } };
    response
      .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's-1' })
      .end(JSON.stringify(said));
  };

  it('goes on without what may not pass, and is answered as one', async () => {
    handle = answers;
    await initialize();
    const batch = `[${callTool(1, 'read')},${callTool(2, 'write')},${callTool(3, 'other')}]`;
    const response = await post(batch, inSession);
    const said: unknown[] = JSON.parse(await response.text());
    expect(said).toHaveLength(3);
    expect(said).toContainEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(said).toContainEqual({ jsonrpc: '2.0', id: 3, result: {} });
    expect(said).toContainEqual(
      expect.objectContaining({ id: 2, error: expect.objectContaining({ code: -32001 }) }),
    );
    expect(JSON.parse(server.asked.at(-1)?.body ?? '')).toHaveLength(2);
  });

  it('is answered also where nothing of it may pass, or the server is gone', async () => {
    handle = answers;
    await initialize();
    const refused = await post(`[${callTool(1, 'write')},${callTool(2, 'write')}]`, inSession);
    expect(JSON.parse(await refused.text())).toHaveLength(2);
    handle = (_asked, response) => response.destroy();
    const broken = await post(`[${callTool(3, 'read')},${callTool(4, 'read')}]`, inSession);
    const said: unknown[] = JSON.parse(await broken.text());
    expect(said.map((one) => Object(one).error.code)).toEqual([-32603, -32603]);
  });
});

describe('a web page', () => {
  const preflight = (url: URL, origin: string): Promise<Response> =>
    fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,mcp-session-id',
      },
    });

  it('that is allowed may ask, without the token, whether it may ask', async () => {
    const open = await new HttpProxy().start(
      { tools: { read: 'allow' } },
      { kind: 'remote', url: server.url, headers: new Map() },
      { allowedOrigins: ['https://app.example'], token: 's3cret' },
    );
    const asked = await preflight(open.url, 'https://app.example');
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect((await preflight(open.url, 'https://evil.example')).status).toBe(403);
    const call = (headers: Record<string, string>): Promise<Response> =>
      fetch(open.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'https://app.example', ...headers },
        body: callTool(1, 'read'),
      });
    expect((await call({})).status).toBe(401);
    const served = await call({ authorization: 'Bearer s3cret' });
    expect(served.status).toBe(200);
    expect(served.headers.get('access-control-expose-headers')).toContain('mcp-session-id');
    await open.stop();
  });

  it('is told nothing where none is allowed', async () => {
    const asked = await preflight(proxy.url, 'http://localhost:3000');
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('what a server publishes about logging in', () => {
  it('passes as it is, and nothing else does', async () => {
    const published =
      '{"resource":"https://mcp.example/mcp","authorization_servers":["https://auth.example"]}';
    handle = (_asked, response) =>
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(published);
    const found = await fetch(new URL('/.well-known/oauth-protected-resource/mcp', proxy.url));
    expect([found.status, await found.text()]).toEqual([200, published]);
    expect(server.asked.at(-1)?.headers).not.toHaveProperty('x-key');
    handle = (_asked, response) => response.writeHead(404).end('hunter2');
    expect((await fetch(new URL('/.well-known/x', proxy.url))).status).toBe(404);
    handle = (_asked, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('hunter2');
    const page = await fetch(new URL('/.well-known/x', proxy.url));
    expect([page.status, await page.text()]).toEqual([502, '']);
    handle = (_asked, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'retry-after': 'hunter2' }).end('{}');
    expect((await fetch(new URL('/.well-known/x', proxy.url))).headers.has('retry-after')).toBe(false);
  });
});

describe('a stream', () => {
  const events = (...texts: readonly string[]): string =>
    texts.map((text, index) => `id: e${index}\ndata: ${text}\n\n`).join('');

  it('passes messages with the ids of their events, and without what is denied', async () => {
    await initialize();
    handle = ({ body }, response) => {
      // The proxy's own refusal of the server's request comes back as a message of its own.
      if (!body.includes('tools/call')) response.writeHead(202).end();
      else
        response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end(
            events(
              '{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"hunter2"}}',
              '{"jsonrpc":"2.0","id":5,"method":"sampling/createMessage","params":{}}',
              '{"jsonrpc":"2.0","id":1,"result":{}}',
            ),
          );
    };
    const response = await post(callTool(1, 'read'), inSession);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await response.text()).toBe(
      'id: e0\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{"data":"[REDACTED:secret]"}}\n\n' +
        'id: e1\ndata: \n\n' +
        'id: e2\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n',
    );
    expect(server.asked.map(({ body }) => body)).toContainEqual(
      expect.stringMatching(/^\{"jsonrpc":"2\.0","id":5,"error":\{"code":-32006/),
    );
  });

  it('has no id that may not pass, and its message is judged by itself', async () => {
    await initialize();
    handle = (_asked, response) =>
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end('id: hunter2\n\nid: e1-hunter2\ndata: {"jsonrpc":"2.0","id":1,"result":{"a":"hunter2"}}\n\n');
    const response = await post(callTool(1, 'read'), inSession);
    expect(await response.text()).toBe(
      'data: {"jsonrpc":"2.0","id":1,"result":{"a":"[REDACTED:secret]"}}\n\n',
    );
    expect(proxy.text()).toContain('DLP_TRIGGERED: Rule "secret" matched 1 time(s), blocked');
  });

  it('that broke off after an id which may not pass can not be resumed: the request is answered', async () => {
    await initialize();
    handle = (_asked, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: hunter2\ndata:\n\n');
    const response = await post(callTool(1, 'read'), inSession);
    expect(await response.text()).toContain('"id":1,"error":{"code":-32603');
  });

  it('that broke off is resumed, and the answer is the one that was waited for', async () => {
    await initialize();
    handle = ({ method, headers }, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (method === 'POST') response.end('id: e0\ndata:\n\n');
      else if (headers['last-event-id'] === 'e0')
        response.end('id: e1\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n');
      else response.end();
    };
    const first = await post(callTool(1, 'read'), inSession);
    expect(await first.text()).toBe('id: e0\ndata: \n\n');
    const accept = 'text/event-stream';
    const again = await fetch(proxy.url, { headers: { ...inSession, accept, 'last-event-id': 'e0' } });
    expect(await again.text()).toBe('id: e1\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n');
    // Once is enough: an answer to a request that was answered does not pass.
    const third = await fetch(proxy.url, { headers: { ...inSession, accept, 'last-event-id': 'e0' } });
    expect(await third.text()).toBe('id: e1\ndata: \n\n');
  });

  it('stays where the server refuses a second one', async () => {
    await initialize();
    let first: Parameters<Handle>[1] | null = null;
    handle = ({ method }, response) => {
      if (method !== 'GET') response.writeHead(202).end();
      else if (first !== null) response.writeHead(409).end();
      else {
        first = response;
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('id: e1\ndata:\n\n');
      }
    };
    const open = (): Promise<Response> =>
      fetch(proxy.url, { headers: { ...inSession, accept: 'text/event-stream' } });
    const reader = (await open()).body?.getReader();
    await reader?.read();
    expect((await open()).status).toBe(409);
    const note = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';
    const current: Parameters<Handle>[1] | null = first;
    expect(current).not.toBeNull();
    Object(current).write(`id: e2\ndata: ${note}\n\n`);
    const { value } = (await reader?.read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe(`id: e2\ndata: ${note}\n\n`);
    await reader?.cancel();
  });

  it('that the server does not offer is refused as the server does', async () => {
    await initialize();
    const response = await fetch(proxy.url, { headers: { ...inSession, accept: 'text/event-stream' } });
    expect(response.status).toBe(405);
  });
});

describe('where the server is', () => {
  it.each<[string, string, string, boolean]>([
    ['at a path that looks like a pattern', 'http://127.0.0.1:1/a/:b{.*}', '/mcp', false],
    ['at a path of its own', 'http://127.0.0.1:1/a/b.c-d', '/a/b.c-d', false],
    ['elsewhere, in the clear', 'http://mcp.example/mcp?key=hunter2', '/mcp', true],
    ['elsewhere, over TLS', 'https://mcp.example/mcp', '/mcp', false],
  ])('%s', async (_, url, path, warned) => {
    const other = await new HttpProxy().start({}, { kind: 'remote', url: new URL(url), headers: new Map() });
    expect(other.url.pathname).toBe(path);
    expect(other.text().includes('can be read on the way')).toBe(warned);
    expect(other.text()).not.toContain('hunter2');
    await other.stop();
  });
});

describe('options', () => {
  it.each([
    ['8787', '127.0.0.1', 8787],
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['[::1]:80', '[::1]', 80],
    ['0.0.0.0:8787', '0.0.0.0', 8787],
  ])('%s is an address', (text, host, port) => {
    expect(parseListenAddress(text)).toEqual({ host, port });
  });

  it.each(['', 'x', '127.0.0.1', '127.0.0.1:65536', '::1:80', 'a b:1', 'http://a:1'])(
    '%j is none',
    (text) => {
      expect(() => parseListenAddress(text)).toThrow('write 127.0.0.1:8787');
    },
  );

  it('a header’s value can stand in the environment', () => {
    expect(parseHeader('Authorization: env:TOKEN', { TOKEN: 'Bearer x' })).toEqual([
      'authorization',
      'Bearer x',
    ]);
    expect(parseHeader('X-Key: plain', {})).toEqual(['x-key', 'plain']);
    expect(() => parseHeader('X-Key: env:NONE', {})).toThrow('NONE is not set');
    expect(() => parseHeader('nothing', {})).toThrow('has no name');
    expect(() => parseHeader('X-Key: env:T', { T: 'a\r\nb' })).toThrow('line end');
  });

  it('a server is behind http or https', () => {
    expect(parseUpstream('http://127.0.0.1:3001/mcp').port).toBe('3001');
    for (const text of ['file:///etc/passwd', 'x', 'https://user:pw@a.example/'])
      expect(() => parseUpstream(text)).toThrow('upstream');
  });

  it('whoever lets others than this machine in asks for a token', async () => {
    const open = new HttpProxy().start(
      {},
      { kind: 'remote', url: server.url, headers: new Map() },
      { listen: { host: '0.0.0.0', port: 0 } },
    );
    await expect(open).rejects.toThrow('give a bearer token');
  });
});
