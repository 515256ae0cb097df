import { describe, expect, it } from 'vitest';
import { createStubEngine } from '../../test/support/stub-engine.ts';
import { createGateway } from './gateway.ts';

const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
const ASKED = { resultType: 'input_required', inputRequests: { a: { method: 'elicitation/create' } } };
const ANSWERED = { inputResponses: { a: { action: 'accept' } } };

/** Calls and answers in turn; gives for each call whether the engine was told that it is free. */
function play(
  ...steps: readonly (
    | { readonly call: Record<string, unknown>; readonly name?: string }
    | { readonly answer: Record<string, unknown> }
  )[]
): readonly boolean[] {
  const stub = createStubEngine({
    tools: { deploy: 'allow', other: 'allow' },
    deniedMethods: ['sampling/createmessage'],
  });
  const free: boolean[] = [];
  const gateway = createGateway({
    engine: {
      ...stub,
      decideToolCall: (call) => {
        free.push(call.free === true);
        return stub.decideToolCall(call);
      },
    },
    verbose: false,
  });
  let id = 0;
  for (const step of steps) {
    const isCall = 'call' in step;
    if (isCall) id++;
    const message = isCall
      ? {
          jsonrpc: '2.0',
          id,
          method: 'tools/call',
          params: { name: step.name ?? 'deploy', _meta: META, ...step.call },
        }
      : { jsonrpc: '2.0', id, result: step.answer };
    const text = JSON.stringify(message);
    gateway.receive({ kind: 'line', text, bytes: text.length }, isCall ? 'client' : 'server');
  }
  return free;
}

describe('the retry of a call that the server asked about', () => {
  const args = { arguments: { env: 'prod', n: 1 } };
  const retry = { ...args, ...ANSWERED };

  it('is free, once', () => {
    expect(play({ call: args }, { answer: ASKED }, { call: retry }, { answer: {} }, { call: retry })).toEqual(
      [false, true, false],
    );
  });

  it('is free again where the server asked again', () => {
    expect(
      play({ call: args }, { answer: ASKED }, { call: retry }, { answer: ASKED }, { call: retry }),
    ).toEqual([false, true, true]);
  });

  it('is the same call in whatever order its arguments stand', () => {
    expect(
      play({ call: args }, { answer: ASKED }, { call: { arguments: { n: 1, env: 'prod' }, ...ANSWERED } }),
    ).toEqual([false, true]);
  });

  it.each([
    ['with other arguments', { call: { arguments: { env: 'test' }, ...ANSWERED } }],
    ['of another tool', { call: retry, name: 'other' }],
    ['that answers nothing', { call: args }],
  ])('is paid for %s', (_, step) => {
    expect(play({ call: args }, { answer: ASKED }, step)).toEqual([false, false]);
  });

  it('is paid for where the server asked nothing', () => {
    expect(play({ call: args }, { answer: { resultType: 'complete' } }, { call: retry })).toEqual([
      false,
      false,
    ]);
  });

  it('is paid for where the question was not passed on', () => {
    const denied = {
      resultType: 'input_required',
      inputRequests: { a: { method: 'sampling/createMessage' } },
    };
    expect(play({ call: args }, { answer: denied }, { call: retry })).toEqual([false, false]);
  });
});
