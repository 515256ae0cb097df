import { describe, expect, it } from 'vitest';
import { forwardText } from '../edits/edits.ts';
import { MessageError } from '../errors/message-error.ts';
import type { Side } from '../messages/message.ts';
import { readMessage } from '../messages/read-message.ts';
import { createSession, type Session, type SessionOptions } from './session.ts';
import type { Verdict } from './verdict.ts';

/** A session with its wire: what is sent is read and judged. */
function connect(options: SessionOptions = {}) {
  const session = createSession(options);
  const send = (from: Side, message: object | string): Verdict =>
    session.receive(readMessage(typeof message === 'string' ? message : JSON.stringify(message), from));
  return {
    session,
    client: (message: object | string) => send('client', message),
    server: (message: object | string) => send('server', message),
  };
}

const request = (id: number | string, method: string, params?: object) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});
const notification = (method: string, params?: object) => ({ jsonrpc: '2.0', method, params });
const result = (id: number | string | null, value: unknown = {}) => ({ jsonrpc: '2.0', id, result: value });
const failure = (id: number | string | null) => ({
  jsonrpc: '2.0',
  id,
  error: { code: -32603, message: 'no' },
});
const toolCall = (id: number | string, name: unknown, args?: unknown) =>
  request(id, 'tools/call', { name, arguments: args });

function openIds(session: Session, from: Side): string[] {
  return session.openRequests(from).map((each) => each.id.text);
}

/** What is forwarded for a verdict; the action where nothing is. */
function forwarded(verdict: Verdict): string {
  return verdict.action === 'forward' ? forwardText(verdict.message, verdict.edits) : verdict.action;
}

function negotiate(wire: ReturnType<typeof connect>, protocolVersion: string): void {
  wire.client(request('init', 'initialize', { protocolVersion }));
  wire.server(result('init', { protocolVersion }));
}

describe('requests and their answers', () => {
  it('forwards the answer to an open request, once', () => {
    const { session, client, server } = connect();
    expect(client(toolCall(1, 'echo'))).toMatchObject({ action: 'forward', opened: { tool: 'echo' } });
    expect(openIds(session, 'client')).toEqual(['1']);
    expect(server(result(1))).toMatchObject({ action: 'forward', answers: { tool: 'echo' } });
    expect(openIds(session, 'client')).toEqual([]);
    expect(server(result(1))).toMatchObject({ action: 'drop', failed: undefined });
  });

  it.each([
    [1, '1'],
    ['1', 1],
  ])('keeps the ids %j and %j apart', (asked, answered) => {
    const { session, client, server } = connect();
    client(request(asked, 'ping'));
    expect(server(result(answered)).action).toBe('drop');
    expect(openIds(session, 'client')).toEqual([JSON.stringify(asked)]);
  });

  it('takes the same id of both sides for two requests', () => {
    const { session, client, server } = connect();
    client(request(1, 'tools/list'));
    expect(server(request(1, 'roots/list'))).toMatchObject({ action: 'forward' });
    expect(client(result(1, { roots: [] }))).toMatchObject({
      answers: { method: 'roots/list', from: 'server' },
    });
    expect(server(result(1, { tools: [] }))).toMatchObject({
      answers: { method: 'tools/list', from: 'client' },
    });
    expect(session.openRequests('server')).toEqual([]);
  });

  it('refuses an id that is still open, and takes it again behind its answer', () => {
    const { client, server } = connect();
    client(request('a', 'ping'));
    expect(client('{"jsonrpc":"2.0","id":"\\u0061","method":"ping"}')).toMatchObject({
      action: 'refuse',
      code: -32600,
    });
    server(failure('a'));
    expect(client(request('a', 'ping')).action).toBe('forward');
  });

  it('drops an answer to a request that the server never made', () => {
    const { client } = connect();
    expect(client(result('resp-inject', { roots: [] }))).toMatchObject({ action: 'drop', failed: undefined });
  });

  it('forwards an error of the server that names no request', () => {
    const { session, client, server } = connect();
    client(request(1, 'ping'));
    expect(server(failure(null))).toMatchObject({ action: 'forward', answers: undefined });
    expect(openIds(session, 'client')).toEqual(['1']);
  });

  it('closes a request that is answered by somebody else', () => {
    const { session, client, server } = connect();
    const verdict = client(request(1, 'ping'));
    if (verdict.action !== 'forward' || verdict.opened === undefined) throw new Error('it was not opened');
    expect(session.closeRequest('client', verdict.opened.id)).toBe(verdict.opened);
    expect(session.closeRequest('client', verdict.opened.id)).toBeUndefined();
    expect(server(result(1)).action).toBe('drop');
  });

  it.each([
    ['a result', result(1)],
    ['an error', failure(1)],
    ['an answer with two readings', '{"jsonrpc":"2.0","id":1,"result":{},"Result":{}}'],
    ['a message of no shape', '{"jsonrpc":"2.0","id":1}'],
  ])('leaves a request open that the other side was never sent: %s', (_, answer) => {
    const { session, client, server } = connect();
    const verdict = client(toolCall(1, 'echo'));
    if (verdict.action !== 'forward' || verdict.opened === undefined) throw new Error('it was not opened');
    session.withholdRequest('client', verdict.opened.id);
    expect(server(answer)).toMatchObject({ action: 'drop', failed: undefined });
    expect(openIds(session, 'client')).toEqual(['1']);
    expect(client(toolCall(1, 'echo')).action).toBe('refuse');
    // Once it is sent, it is answered as any other.
    session.closeRequest('client', verdict.opened.id);
    client(toolCall(1, 'echo'));
    expect(server(result(1))).toMatchObject({ action: 'forward', answers: { tool: 'echo' } });
  });

  it('says why an answer to such a request is dropped, in a batch too', () => {
    const wire = connect();
    negotiate(wire, '2025-03-26');
    wire.client(request(1, 'ping'));
    wire.session.withholdRequest('client', { key: 'n1', text: '1', value: 1 });
    const dropped = { action: 'drop', reason: 'the server was never sent this request', failed: undefined };
    expect(wire.server(result(1))).toMatchObject(dropped);
    expect(wire.server(`[${JSON.stringify(result(1))}]`)).toMatchObject({ elements: [dropped] });
    negotiate(wire, '2025-06-18');
    expect(wire.server(`[${JSON.stringify(result(1))}]`)).toMatchObject({
      elements: [{ action: 'drop', failed: undefined }],
    });
    expect(openIds(wire.session, 'client')).toEqual(['1']);
  });

  it.each([[0], [-1], [1.5], [Number.NaN], [1_000_001]])('refuses the limit %d', (maxOpen) => {
    expect(() => createSession({ maxOpen })).toThrow(MessageError);
  });

  it('holds no more open requests than its limit, on either side', () => {
    const { client, server } = connect({ maxOpen: 2 });
    for (const send of [client, server]) {
      send(request(1, 'ping'));
      send(request(2, 'ping'));
      expect(send(request(3, 'ping'))).toMatchObject({
        action: 'refuse',
        code: -32603,
        reason: 'too many requests wait for an answer',
      });
    }
  });
});

describe('cancellation', () => {
  it('marks the request, whose answer still passes', () => {
    const { session, client, server } = connect();
    client(toolCall(1, 'slow'));
    const verdict = client(notification('notifications/cancelled', { requestId: 1 }));
    expect(verdict).toMatchObject({ action: 'forward', cancels: { tool: 'slow', cancelled: true } });
    expect(client(request(1, 'ping'))).toMatchObject({ action: 'refuse' });
    expect(server(result(1))).toMatchObject({ action: 'forward', answers: { cancelled: true } });
    expect(session.openRequests('client')).toEqual([]);
  });

  it.each([
    ['another id', { requestId: 2 }],
    ['the other type', { requestId: '1' }],
    ['no id', {}],
    ['no usable id', { requestId: [1] }],
  ])('leaves the request alone when it names %s', (_, params) => {
    const { session, client } = connect();
    client(request(1, 'ping'));
    expect(client(notification('notifications/cancelled', params))).toMatchObject({ cancels: undefined });
    expect(session.openRequests('client')[0]?.cancelled).toBe(false);
  });

  it('of the server concerns the server alone', () => {
    const { session, client, server } = connect();
    client(request(1, 'ping'));
    server(request(1, 'sampling/createMessage'));
    expect(server(notification('notifications/cancelled', { requestId: 1 }))).toMatchObject({
      cancels: { from: 'server' },
    });
    expect(session.openRequests('client')[0]?.cancelled).toBe(false);
    expect(client(result(1)).action).toBe('forward');
  });

  it('cannot give up initialize', () => {
    const { client } = connect();
    client(request(1, 'initialize'));
    expect(client(notification('notifications/cancelled', { requestId: 1 }))).toMatchObject({
      cancels: undefined,
    });
  });

  it('makes room: the oldest cancelled request is forgotten', () => {
    const { session, client } = connect({ maxOpen: 2 });
    client(request(1, 'ping'));
    client(request(2, 'ping'));
    client(notification('notifications/cancelled', { requestId: 2 }));
    expect(client(request(3, 'ping')).action).toBe('forward');
    expect(openIds(session, 'client')).toEqual(['1', '3']);
    expect(client(request(4, 'ping')).action).toBe('refuse');
  });
});

describe('spelling', () => {
  it.each([
    ['Tools/List', 'tools/list'],
    [' tools/list', 'tools/list'],
    ['\uff54ools/list', 'tools/list'],
    ['LOGGING/SETLEVEL', 'logging/setLevel'],
    ['tools/list', 'tools/list'],
    ['sampling/createMessage', 'sampling/createMessage'],
    ['Vendor/Method', 'Vendor/Method'],
  ])('forwards the method %j as %j and everything else as it came', (written, spelled) => {
    const text = (method: string): string =>
      `{ "jsonrpc":"2.0", "method":${JSON.stringify(method)},  "id":1}`;
    expect(forwarded(connect().client(text(written)))).toBe(text(spelled));
  });

  const listed = (names: readonly string[], next?: string) => ({
    tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })),
    nextCursor: next,
  });

  it.each([
    ['as it is listed', ['Echo', 'other'], 'Echo', 'Echo'],
    ['in another case', ['Echo', 'other'], 'ECHO', 'Echo'],
    ['with a zero-width space', ['echo'], 'ec\u200bho', 'echo'],
    ['not listed', ['echo'], 'Delete', 'Delete'],
    ['one of two that normalize alike', ['Echo', 'echo'], 'echo', 'echo'],
    ['neither of two that normalize alike', ['Echo', 'echo'], 'ECHO', 'refuse'],
  ])('a tool name %s', (_, names, written, spelled) => {
    const { client, server } = connect();
    client(request(1, 'tools/list'));
    server(result(1, listed(names)));
    const verdict = client(toolCall(2, written));
    expect(forwarded(verdict)).toBe(spelled === 'refuse' ? 'refuse' : JSON.stringify(toolCall(2, spelled)));
    if (verdict.action === 'refuse') expect(verdict.code).toBe(-32602);
  });

  it('waits for the last page', () => {
    const { client, server } = connect();
    client(request(1, 'tools/list'));
    server(result(1, listed(['Echo'], 'p2')));
    expect(forwarded(client(toolCall(2, 'ECHO')))).toContain('"ECHO"');
    client(request(3, 'tools/list', { cursor: 'p2' }));
    server(result(3, listed(['ADD'])));
    expect(forwarded(client(toolCall(4, 'ECHO')))).toContain('"Echo"');
    expect(forwarded(client(toolCall(5, 'add')))).toContain('"ADD"');
  });

  it('forgets the list when the server says that it changed', () => {
    const { client, server } = connect();
    client(request(1, 'tools/list'));
    server(result(1, listed(['Echo'])));
    client(request(2, 'tools/list', { cursor: 'late' }));
    server(notification('notifications/tools/list_changed'));
    server(result(2, listed(['Other'])));
    expect(forwarded(client(toolCall(3, 'ECHO')))).toContain('"ECHO"');
    expect(forwarded(client(toolCall(4, 'OTHER')))).toContain('"OTHER"');
  });

  it('does not let the client say so', () => {
    const { client, server } = connect();
    client(request(1, 'tools/list'));
    server(result(1, listed(['Echo'])));
    client(notification('notifications/tools/list_changed'));
    expect(forwarded(client(toolCall(3, 'ECHO')))).toContain('"Echo"');
  });

  it('learns nothing from another request, an error, or a page without its first', () => {
    const { client, server } = connect();
    client(request(1, 'resources/list'));
    server(result(1, listed(['Echo'])));
    client(request(2, 'tools/list', { cursor: 'x' }));
    server(result(2, listed(['Echo'])));
    client(request(3, 'tools/list'));
    server(failure(3));
    expect(forwarded(client(toolCall(4, 'ECHO')))).toContain('"ECHO"');
  });
});

describe('tool calls', () => {
  it.each([
    ['no params', undefined],
    ['no name', {}],
    ['a name that is no string', { name: 1 }],
    ['a name that is null', { name: null }],
    ['arguments that are a list', { name: 'a', arguments: [] }],
    ['arguments that are a string', { name: 'a', arguments: 'x' }],
  ])('refuses %s with -32602', (_, params) => {
    const { session, client } = connect();
    expect(client(request(1, 'tools/call', params))).toMatchObject({ action: 'refuse', code: -32602 });
    expect(client(notification('Tools/Call', params))).toMatchObject({ action: 'drop', code: -32602 });
    expect(session.openRequests('client')).toEqual([]);
  });

  it.each([
    ['absent', {}],
    ['null', { arguments: null }],
    ['an object', { arguments: {} }],
  ])('takes arguments that are %s', (_, rest) => {
    expect(connect().client(request(1, 'tools/call', { name: 'a', ...rest }))).toMatchObject({
      action: 'forward',
      call: { name: 'a', arguments: { kind: 'object', members: [] } },
    });
  });

  it.each([
    ['path', 'forward'],
    ['Path', 'refuse'],
    ['PATH', 'refuse'],
    ['path\u0000', 'refuse'],
    ['p\u0131d', 'refuse'],
    ['other', 'forward'],
    ['URL', 'forward'],
    ['url', 'refuse'],
  ])('judges the argument %j beside constrained `path`, `pid` and `URL`', (key, action) => {
    const constrained = (tool: string) => (tool === 'read' ? ['path', 'pid', 'URL'] : []);
    const verdict = connect({ constrained }).client(toolCall(1, 'READ', { [key]: 'x' }));
    expect(verdict.action).toBe(action);
    if (verdict.action === 'refuse') expect(verdict.code).toBe(-32600);
    expect(connect({ constrained }).client(toolCall(1, 'write', { [key]: 'x' })).action).toBe('forward');
  });
});

describe('batches', () => {
  const ping = request(1, 'ping');

  it.each([
    [undefined, 'refuse'],
    ['2024-11-05', 'refuse'],
    ['2025-03-26', 'batch'],
    ['2025-06-18', 'refuse'],
    ['2025-11-25', 'refuse'],
  ])('of the client under version %s: %s', (version, action) => {
    const wire = connect();
    if (version !== undefined) negotiate(wire, version);
    expect(wire.session.protocolVersion()).toBe(version);
    const verdict = wire.client([ping]);
    expect(verdict.action).toBe(action);
    if (verdict.action === 'refuse') expect(verdict).toMatchObject({ code: -32600, id: null });
    expect(openIds(wire.session, 'client')).toEqual(action === 'batch' ? ['1'] : []);
  });

  it('count the version of the answer, not of the question', () => {
    const { client, server } = connect();
    client(request(0, 'initialize', { protocolVersion: '2025-03-26' }));
    expect(client([ping]).action).toBe('refuse');
    server(result(0, { protocolVersion: '2025-06-18' }));
    expect(client([ping]).action).toBe('refuse');
  });

  it('judge each element by itself', () => {
    const wire = connect();
    negotiate(wire, '2025-03-26');
    const verdict = wire.client([ping, ping, 7, request(2, 'initialize'), result(9), toolCall(3, 'x')]);
    expect(verdict.action === 'batch' && verdict.elements.map((each) => each.action)).toEqual([
      'forward',
      'refuse',
      'refuse',
      'refuse',
      'drop',
      'forward',
    ]);
  });

  it('of the server that are not permitted fail whoever waits for an answer in them', () => {
    const { session, client, server } = connect();
    client(request(1, 'ping'));
    client(request(2, 'ping'));
    const verdict = server([result(1), request(5, 'roots/list'), notification('notifications/message')]);
    expect(verdict).toMatchObject({
      action: 'batch',
      elements: [{ action: 'drop', failed: { id: { text: '1' } } }, { action: 'refuse' }, { action: 'drop' }],
    });
    expect(openIds(session, 'client')).toEqual(['2']);
  });
});

describe('unreadable messages', () => {
  it.each([
    ['a result with two readings', '{"jsonrpc":"2.0","id":1,"result":{"content":[],"CONTENT":[]}}'],
    ['a repeated key', '{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}'],
    ['both outcomes', '{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}'],
    ['no outcome', '{"jsonrpc":"2.0","id":1}'],
    ['NaN', '{"jsonrpc":"2.0","id":1,"result":NaN}'],
  ])('of the server: %s fails the request that it answers', (_, text) => {
    const { session, client, server } = connect();
    client(toolCall(1, 'echo'));
    expect(server(text)).toMatchObject({ action: 'drop', failed: { tool: 'echo' } });
    expect(session.openRequests('client')).toEqual([]);
  });

  it.each([['Listening on port 3000'], ['{"level":"info"}'], ['{"jsonrpc":"2.0","id":']])(
    'of the server: %s concerns nobody',
    (text) => {
      const { session, client, server } = connect();
      client(request(1, 'ping'));
      expect(server(text)).toMatchObject({ action: 'drop', failed: undefined });
      expect(openIds(session, 'client')).toEqual(['1']);
    },
  );

  it('of the server: a request is answered, whatever the client has open', () => {
    const { session, client, server } = connect();
    client(request(1, 'ping'));
    expect(server('{"jsonrpc":"2.0","id":1,"method":"roots/list","params":[]}')).toMatchObject({
      action: 'refuse',
    });
    expect(openIds(session, 'client')).toEqual(['1']);
  });

  it('of the client: an answer fails the request of the server', () => {
    const { session, client, server } = connect();
    server(request('s', 'roots/list'));
    expect(client('{"jsonrpc":"2.0","id":"s","result":{},"error":{}}')).toMatchObject({
      action: 'drop',
      failed: { method: 'roots/list' },
    });
    expect(session.openRequests('server')).toEqual([]);
  });

  it('of the client: what is no answer is refused, and a notification only dropped', () => {
    const { client } = connect();
    expect(client('nonsense')).toMatchObject({ action: 'refuse', code: -32700, id: null });
    expect(client(notification('notifications/progress', [1]))).toMatchObject({
      action: 'drop',
      code: -32602,
    });
  });
});
