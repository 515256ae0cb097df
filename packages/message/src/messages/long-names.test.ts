import { describe, expect, it } from 'vitest';
import { readToolCall } from '../mcp/tool-call.ts';
import { readMessage } from './read-message.ts';

const long = 'a '.repeat(500_000);

/** A name is normalized to be compared; one of a megabyte would hold up every other message. */
describe('names that are too long to be compared', () => {
  it('of a method are refused', () => {
    expect(readMessage(JSON.stringify({ jsonrpc: '2.0', id: 1, method: long }), 'client')).toMatchObject({
      kind: 'invalid',
      code: -32600,
      id: { text: '1' },
    });
  });

  it('of a tool are refused', () => {
    const params = { name: long, arguments: {} };
    const message = readMessage(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      'client',
    );
    if (message.kind !== 'request') throw new Error('the message is a request');
    expect(readToolCall(message)).toMatchObject({ ok: false, code: -32602 });
  });

  it.each([
    ['the message', { [long]: 1 }],
    ['params', { params: { [long]: 1 } }],
  ])('of a key of %s are refused', (_place, extra) => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', ...extra });
    expect(readMessage(text, 'client')).toMatchObject({ kind: 'invalid', code: -32600 });
  });

  it('of an argument are refused only beside constrained ones', () => {
    const params = { name: 'write', arguments: { [long]: 1 } };
    const message = readMessage(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      'client',
    );
    if (message.kind !== 'request') throw new Error('the message is a request');
    expect(readToolCall(message).ok).toBe(true);
    expect(readToolCall(message, () => ['path'])).toMatchObject({ ok: false, code: -32600 });
  });
});
