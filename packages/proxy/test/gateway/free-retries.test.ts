import { describe, expect, it } from 'vitest';
import { createGateway } from '../../src/gateway/gateway.ts';
import { createStubEngine } from '../support/stub-engine.ts';

const ARGS = {
  arguments: { env: 'prod' },
  _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
};
const CALL = { params: { name: 'deploy', ...ARGS } };
const RETRY = { params: { ...CALL.params, inputResponses: { a: { action: 'accept' } } } };

/** Answers that ask something by a method. */
const asked = (method: string): object => ({
  result: { resultType: 'input_required', inputRequests: { a: { method } } },
});

/** Calls and answers in turn; gives for each call whether the engine was told that it is free. */
function play(...steps: readonly object[]): readonly boolean[] {
  const stub = createStubEngine({ tools: { deploy: 'allow' }, deniedMethods: ['sampling/createmessage'] });
  const free: boolean[] = [];
  const engine: typeof stub = {
    ...stub,
    decideToolCall(call) {
      free.push(call.free === true);
      return stub.decideToolCall(call);
    },
  };
  const gateway = createGateway({ engine, verbose: false });
  let id = 0;
  for (const step of steps) {
    const isCall = 'params' in step;
    if (isCall) id++;
    const text = JSON.stringify({ jsonrpc: '2.0', id, ...(isCall ? { method: 'tools/call' } : {}), ...step });
    gateway.receive({ kind: 'line', text, bytes: text.length }, isCall ? 'client' : 'server');
  }
  return free;
}

describe('the retry of a call that the server asked about', () => {
  it('is free, once', () => {
    const answer = { result: { resultType: 'complete' } };
    expect(play(CALL, asked('elicitation/create'), RETRY, answer, RETRY)).toEqual([false, true, false]);
  });

  it('is paid for where the question was not passed on', () => {
    expect(play(CALL, asked('sampling/createMessage'), RETRY)).toEqual([false, false]);
  });
});
