import { type JsonNode, normalizeName, toJsonNode } from '@agentpolicy/core';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../messages/read-message.ts';
import { readInputRequests } from './input-requests.ts';
import { MCP_METHODS, spellMethod } from './methods.ts';
import { findRevision, readNegotiatedVersion, readProtocolVersion } from './protocol-version.ts';
import { readToolPage } from './tool-list.ts';

const json = (value: unknown): JsonNode => toJsonNode(value);

describe('spellMethod', () => {
  it.each(MCP_METHODS.map((method) => [method]))('finds %s by its normalized form', (method) => {
    expect(spellMethod(normalizeName(method))).toBe(method);
  });

  it.each([['tools/Call'], ['foo/bar'], [''], ['initialized'], ['constructor']])('knows no %j', (method) => {
    expect(spellMethod(method)).toBeUndefined();
  });
});

describe('readToolPage', () => {
  it('tells the tools from what cannot be told', () => {
    const page = readToolPage(
      json({
        tools: [
          { name: 'Echo' },
          { title: 'nameless' },
          { name: 1 },
          'x',
          { name: 'a', Name: 'b' },
          { name: 'c', inputschema: {} },
        ],
      }),
    );
    expect(page?.tools.map(({ name, normalizedName }) => [name, normalizedName])).toEqual([['Echo', 'echo']]);
    expect(page?.unreadable).toHaveLength(5);
    expect(page?.hasMore).toBe(false);
  });

  it.each([
    [{ tools: [], nextCursor: 'p2' }, true],
    [{ tools: [], nextCursor: '' }, true],
    [{ tools: [], nextCursor: null }, false],
    [{ tools: [] }, false],
  ])('of %j: more pages %s', (value, hasMore) => {
    expect(readToolPage(json(value))?.hasMore).toBe(hasMore);
  });

  it.each([[null], [[]], [{}], [{ tools: {} }]])('finds no list in %j', (value) => {
    expect(readToolPage(json(value))).toBeUndefined();
  });
});

describe('readInputRequests', () => {
  it('reads the requests inside a result', () => {
    const result = json({
      resultType: 'input_required',
      inputRequests: { ask: { method: 'Elicitation/Create', params: {} }, roots: { method: 'roots/list' } },
    });
    expect(readInputRequests(result)).toMatchObject({
      ok: true,
      requests: [
        { key: 'ask', method: 'Elicitation/Create', normalizedMethod: 'elicitation/create' },
        { key: 'roots', method: 'roots/list' },
      ],
    });
  });

  it.each([[{}], [{ content: [] }], [[]], ['x'], [{ inputRequests: {} }]])('finds none in %j', (value) => {
    expect(readInputRequests(json(value))).toEqual({ ok: true, requests: [] });
  });

  it.each([
    [{ inputRequests: [] }],
    [{ inputRequests: { a: 'roots/list' } }],
    [{ inputRequests: { a: {} } }],
    [{ inputRequests: { a: { method: 1 } } }],
    [{ inputRequests: { a: { method: 'ping', Method: 'sampling/createMessage' } } }],
  ])('refuses %j', (value) => {
    expect(readInputRequests(json(value)).ok).toBe(false);
  });
});

describe('protocol versions', () => {
  const versionOf = (params: unknown): string | undefined => {
    const message = readMessage(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params }),
      'client',
    );
    return message.kind === 'request' ? readProtocolVersion(message) : message.kind;
  };

  it.each([
    [{ _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }, '2026-07-28'],
    [{ _meta: { 'io.modelcontextprotocol/protocolVersion': 2026 } }, undefined],
    [{ _meta: { protocolVersion: '2026-07-28' } }, undefined],
    [{ 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }, undefined],
    [{}, undefined],
    [undefined, undefined],
  ])('of a request with %j: %s', (params, version) => {
    expect(versionOf(params)).toBe(version);
  });

  it.each([
    [{ protocolVersion: '2025-03-26' }, '2025-03-26'],
    [{ protocolVersion: 1 }, undefined],
    [{}, undefined],
    [null, undefined],
  ])('of an answer to initialize with %j: %s', (value, version) => {
    expect(readNegotiatedVersion(json(value))).toBe(version);
  });

  it.each([
    ['2024-11-05', '2024-11-05'],
    ['2025-03-26', '2025-03-26'],
    ['2026-07-28', '2026-07-28'],
    ['2026-07-29', undefined],
    ['2026-07-28 ', undefined],
    ['', undefined],
  ])('%j names the revision %j', (version, revision) => {
    expect(findRevision(version)).toBe(revision);
  });
});
