import { getMember } from '@agentpolicy/core';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../messages/read-message.ts';
import { isReserved, refuseReserved } from '../messages/reserved-ids.ts';
import { type AskedCalls, FreeRetries } from './free-retries.ts';
import { createSession } from './session.ts';

const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
const QUESTION = { resultType: 'input_required', inputRequests: { a: { method: 'elicitation/create' } } };

/** Calls and answers in turn on one connection; tells of each call whether it was free. */
function play(
  steps: readonly ({ readonly call: object; readonly name?: string } | { readonly answer: object | null })[],
  asked?: AskedCalls,
): readonly boolean[] {
  const session = createSession();
  const retries = new FreeRetries(asked);
  const free: boolean[] = [];
  let id = 0;
  for (const step of steps) {
    const isCall = 'call' in step;
    if (isCall) id++;
    const params = isCall ? { name: step.name ?? 'deploy', ...step.call } : {};
    const text = isCall
      ? { jsonrpc: '2.0', id, method: 'tools/call', params }
      : { jsonrpc: '2.0', id, result: step.answer ?? {} };
    const verdict = session.receive(readMessage(JSON.stringify(text), isCall ? 'client' : 'server'));
    if (verdict.action !== 'forward') throw new Error(verdict.action);
    const { message, call, opened, answers } = verdict;
    if (message.kind === 'response') {
      if (answers === undefined || message.outcome.kind !== 'result') throw new Error('no answer');
      retries.answered(answers, isCall || step.answer === null ? null : message.outcome.value);
    } else if (call !== undefined) {
      free.push(retries.redeem(message, call));
      retries.watch(message, opened, call);
    }
  }
  return free;
}

describe('a retry', () => {
  const call = { arguments: { env: 'prod', n: 1 }, _meta: META };
  const retry = { arguments: { n: 1, env: 'prod' }, _meta: META, inputResponses: { a: {} } };
  const question = { answer: QUESTION };

  it.each<[string, Parameters<typeof play>[0], readonly boolean[]]>([
    [
      'is free, once',
      [{ call }, question, { call: retry }, { answer: {} }, { call: retry }],
      [false, true, false],
    ],
    [
      'is free again where the server asks again',
      [{ call }, question, { call: retry }, question, { call: retry }],
      [false, true, true],
    ],
    ['is paid for where nothing was asked', [{ call }, { answer: {} }, { call: retry }], [false, false]],
    [
      'is paid for where the question did not pass',
      [{ call }, { answer: null }, { call: retry }],
      [false, false],
    ],
    ['is paid for where it answers nothing', [{ call }, question, { call }], [false, false]],
    [
      'is paid for with other arguments',
      [{ call }, question, { call: { ...retry, arguments: {} } }],
      [false, false],
    ],
    ['is paid for with another tool', [{ call }, question, { call: retry, name: 'other' }], [false, false]],
    [
      'is paid for in a protocol that has no retries',
      [{ call: { ...call, _meta: {} } }, question, { call: retry }],
      [false, false],
    ],
  ])('%s', (_, steps, free) => {
    expect(play(steps)).toEqual(free);
  });

  it('is free on another connection that shares the memory', () => {
    const asked: AskedCalls = new Map();
    expect(play([{ call }, question], asked)).toEqual([false]);
    expect(play([{ call: retry }], asked)).toEqual([true]);
  });
});

describe('ids that a proxy keeps for itself', () => {
  it.each<[string, object, string]>([
    ['a request', { id: 'aip-proxy:1', method: 'tools/list' }, 'invalid'],
    [
      'a cancellation',
      { method: 'notifications/cancelled', params: { requestId: 'aip-proxy:1' } },
      'invalid',
    ],
    [
      'a cancellation of another request',
      { method: 'notifications/cancelled', params: { requestId: 'x' } },
      'notification',
    ],
    [
      'a request with an id that only holds the words',
      { id: 'x aip-proxy:1', method: 'tools/list' },
      'request',
    ],
    ['a request with a number', { id: 1, method: 'tools/list' }, 'request'],
  ])('are refused in %s: %j', (_, message, kind) => {
    const read = readMessage(JSON.stringify({ jsonrpc: '2.0', ...message }), 'client');
    expect(refuseReserved(read).kind).toBe(kind);
  });

  it('are refused in each message of a batch, and told', () => {
    const text =
      '[{"jsonrpc":"2.0","id":"aip-proxy:1","method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]';
    const batch = refuseReserved(readMessage(text, 'client'));
    if (batch.kind !== 'batch') throw new Error(batch.kind);
    const [first, second] = batch.elements;
    expect(first).toMatchObject({
      kind: 'invalid',
      code: -32600,
      id: { value: 'aip-proxy:1' },
      shape: 'request',
    });
    expect(second?.kind === 'request' && [isReserved(second.id), getMember(second.root, 'id')?.kind]).toEqual(
      [false, 'number'],
    );
  });
});
