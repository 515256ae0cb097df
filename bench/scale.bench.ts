// How a decision's cost, loading and compiling grow with the size of the policy.

import { compilePolicy } from '@agentpolicy/compiler';
import { loadTable, serializeTable } from '@agentpolicy/core';
import { parsePolicy } from '@agentpolicy/spec';
import { formatNs, measure, printMeasures } from './harness.ts';
import { compileTable, makeCall, makePolicy, startEngine, toArguments } from './policies.ts';

function decider(tools: number): (count: number) => void {
  const engine = startEngine(compileTable(makePolicy(tools)));
  // Ten of the tools, spread over the policy: the same number of automata is warm in both.
  const calls = Array.from({ length: 10 }, (_, at) => {
    const call = makeCall(Math.floor((at * tools) / 10));
    return { name: call.name, args: toArguments(call) };
  });
  return (count) => {
    for (let at = 0; at < count; at++) {
      const call = calls[at % 10];
      if (call === undefined || engine.decideToolCall(call).decision !== 'ALLOW')
        throw new Error('allowed calls');
    }
  };
}

printMeasures(
  'one decision, by the number of tools (two patterns each)',
  measure([
    { name: '10 tools', run: decider(10) },
    { name: '100 tools', run: decider(100) },
    { name: '1,000 tools', run: decider(1000) },
  ]),
  'decision',
);

// Each tool's query has a pattern of its own too: what two patterns share must be found, it is not given.
const shared = makePolicy(1000);
const policy = {
  ...shared,
  spec: {
    ...shared.spec,
    tool_rules: shared.spec.tool_rules?.map((rule, index) => ({
      ...rule,
      allow_args: {
        ...rule.allow_args,
        query: `^SELECT [a-z_, ]+ FROM t${index} WHERE [a-z_]+ = [0-9]+$`,
      },
    })),
  },
};
const parsed = parsePolicy(JSON.stringify(policy), 'bench.json');
if (!parsed.ok) throw new Error("the benchmark's policy is valid");
const { document } = parsed;

function timeCold(title: string, work: () => unknown): void {
  const start = process.hrtime.bigint();
  work();
  console.log(`  ${title.padEnd(46)} ${formatNs(Number(process.hrtime.bigint() - start))}`);
}

console.log('\n1,000 tools with 2,000 different patterns, each once and cold');
let file = '';
timeCold('compiling the parsed policy', () => {
  const compiled = compilePolicy(document);
  if (!compiled.ok) throw new Error("the benchmark's policy compiles");
  file = serializeTable(compiled.table);
});
console.log(`  ${"the table's file".padEnd(46)} ${(file.length / 1024).toFixed(0)} KiB`);
timeCold('loading the table and making an engine', () => startEngine(loadTable(file)));
timeCold('the same again', () => startEngine(loadTable(file)));
