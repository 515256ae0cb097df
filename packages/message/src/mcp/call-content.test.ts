import { createHash } from 'node:crypto';
import { toJsonNode } from '@agentpolicy/core';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../messages/read-message.ts';
import { createSession } from '../session/session.ts';
import { pickCallContent, readCallArguments, spelledName } from './call-content.ts';
import { canonicalizeDefinition, hashDefinition } from './definition-hash.ts';
import { readToolPage } from './tool-list.ts';

const call = (params: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params });

describe('pickCallContent', () => {
  it('picks the arguments and the answers that a retry brings, with their places in the text', () => {
    const text = call({ name: 'x', arguments: { a: 1 }, _meta: { b: 2 }, inputResponses: { c: 3 } });
    const message = readMessage(text, 'client');
    if (message.kind !== 'request') throw new Error(message.kind);
    const picked = pickCallContent(message.root).members.map(({ value }) =>
      text.slice(value.start, value.end),
    );
    expect(picked).toEqual(['{"a":1}', '{"c":3}']);
  });
});

describe('readCallArguments', () => {
  it.each([
    [call({ name: 'x', arguments: { a: 1 } }), ['a']],
    [call({ name: 'x', arguments: null }), []],
    [call({ name: 'x' }), []],
    [call({ name: 'x', arguments: [1] }), null],
    ['{', null],
  ])('of %s', (text, keys) => {
    expect(readCallArguments(text, {})?.members.map(({ key }) => key) ?? null).toEqual(keys);
  });
});

describe('spelledName', () => {
  it('is the name that the server lists, where the session mends it', () => {
    const session = createSession();
    const say = (from: 'client' | 'server', message: object) =>
      session.receive(readMessage(JSON.stringify({ jsonrpc: '2.0', ...message }), from));
    say('client', { id: 1, method: 'tools/list' });
    say('server', { id: 1, result: { tools: [{ name: 'Read' }] } });
    const verdict = say('client', { id: 2, method: 'tools/call', params: { name: 'READ' } });
    if (verdict.action !== 'forward' || verdict.call === undefined) throw new Error(verdict.action);
    expect(verdict.call.name).toBe('READ');
    expect(spelledName(verdict.call, verdict.edits)).toBe('Read');
    expect(spelledName(verdict.call, [])).toBe('READ');
  });
});

describe('the hash of a definition', () => {
  const hashOf = (tool: object): string => {
    const page = readToolPage(toJsonNode({ tools: [tool] }));
    const [listed] = page?.tools ?? [];
    if (listed === undefined) throw new Error('no tool');
    return hashDefinition(canonicalizeDefinition(listed), 'sha256');
  };
  const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

  it('covers name, description and input schema, in the order of their keys, and nothing else', () => {
    const tool = { name: 'b', inputSchema: { type: 'object', a: [1.0, 'é'] }, description: 'd' };
    const wanted = sha256('{"description":"d","inputSchema":{"a":[1,"é"],"type":"object"},"name":"b"}');
    expect(hashOf(tool)).toBe(wanted);
    expect(hashOf({ title: 'T', ...tool, annotations: { x: 1 } })).toBe(wanted);
    expect(hashOf({ ...tool, description: 'D' })).not.toBe(wanted);
  });

  it('leaves a field out that the definition does not have', () => {
    expect(hashOf({ name: 'b' })).toBe(sha256('{"name":"b"}'));
  });
});
