// Decisions and messages a second: the engine on its table against the plain evaluator, which reads the policy
// for every call and matches with re2js.
import { readMessage, readToolCall } from '@agentpolicy/message';
import { PlainEvaluator } from '../packages/test-runner/test/differential/plain-evaluator.ts';
import { measure, printMeasures } from './harness.ts';
import { CWD, compileTable, HOME, makeCall, makePolicy, startEngine, toArguments } from './policies.ts';

const TOOLS = 10;
const policy = makePolicy(TOOLS);
const engine = startEngine(compileTable(policy));
const plain = new PlainEvaluator(policy, HOME, CWD);
const calls = Array.from({ length: TOOLS }, (_, tool) => makeCall(tool));
const nodes = calls.map((call) => ({ name: call.name, args: toArguments(call) }));
const lines = calls.map((call, id) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: call.name, arguments: call.args },
  }),
);

function expectAllowed(decision: string): void {
  if (decision !== 'ALLOW') throw new Error(`the benchmark's calls are allowed ones, not ${decision}`);
}

printMeasures(
  'one decision: name, two anchored patterns, values of 40 to 80 characters, seven protected paths',
  measure([
    {
      name: 'engine',
      run(count) {
        for (let at = 0; at < count; at++) {
          const call = nodes[at % TOOLS];
          if (call !== undefined) expectAllowed(engine.decideToolCall(call).decision);
        }
      },
    },
    {
      name: 'plain evaluator',
      run(count) {
        for (let at = 0; at < count; at++) {
          const call = calls[at % TOOLS];
          if (call !== undefined) expectAllowed(plain.decide(call.name, call.args, 0).decision);
        }
      },
    },
  ]),
  'decision',
);

printMeasures(
  'one message: a line of JSON-RPC read strictly, method and call decided',
  measure([
    {
      name: 'message and engine',
      run(count) {
        for (let at = 0; at < count; at++) {
          const message = readMessage(lines[at % TOOLS] ?? '', 'client');
          if (message.kind !== 'request') throw new Error('the benchmark sends requests');
          const method = engine.decideMethod(message.method);
          const call = readToolCall(message);
          if (!method.isToolCall || !call.ok) throw new Error('the benchmark sends tool calls');
          expectAllowed(engine.decideToolCall({ name: call.call.name, args: call.call.arguments }).decision);
        }
      },
    },
    {
      name: 'JSON.parse and plain evaluator',
      run(count) {
        for (let at = 0; at < count; at++) {
          const message = JSON.parse(lines[at % TOOLS] ?? '');
          if (!plain.isMethodAllowed(message.method)) throw new Error('tools/call is allowed');
          expectAllowed(plain.decide(message.params.name, message.params.arguments, 0).decision);
        }
      },
    },
  ]),
  'message',
);
