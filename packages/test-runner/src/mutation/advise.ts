import type { Difference } from '@agentpolicy/analysis';
import { type DecisionTable, quoteJson } from '@agentpolicy/core';
import type { Mutant } from './list-mutants.ts';

/** What would notice a mistake: an entry for `calls` of a suite, or what has to be recorded. */
export function advise(
  mutant: Mutant,
  differences: readonly Difference[],
  table: DecisionTable,
): string | null {
  for (const difference of differences) {
    const advice = adviseOn(difference, mutant, table);
    if (advice !== null) return advice;
  }
  return null;
}

function adviseOn(difference: Difference, mutant: Mutant, table: DecisionTable): string | null {
  switch (difference.kind) {
    case 'calls': {
      const { witness, from } = difference;
      if (witness === null) return null;
      const tool = mutant.operator === 'allow-tool' ? (mutant.after ?? witness.tool) : witness.tool;
      return writeCall(tool, witness.arguments, from);
    }
    case 'protected-path': {
      const tool = table.tools.find(({ listed }) => listed !== null) ?? table.tools[0];
      const expect = '{ decision: block, reason: protected-path }';
      return writeCall(tool?.display ?? 'any_tool', { path: difference.path }, expect);
    }
    case 'rate-limit': {
      const { tool, from } = difference;
      if (from === null) return null;
      const seconds = from.periodMs / 1000;
      return `record ${from.count + 1} calls of ${quoteJson(tool)} within ${seconds} s; the last one is rate_limited`;
    }
    case 'dlp-pattern':
    case 'dlp-setting': {
      const example = difference.kind === 'dlp-pattern' ? difference.example : null;
      const name = mutant.before === null ? 'the pattern' : quoteJson(mutant.before);
      const text = example === null ? `text that ${name} finds` : quoteJson(example);
      return `record an answer that holds ${text}; expect { redacted: [${name}] }`;
    }
    case 'method':
      return difference.method === null
        ? null
        : `- { match: { method: ${quoteJson(difference.method)} }, expect: block }, on a recording that holds one`;
    // No mistake that is made here shows in anything else.
    default:
      return null;
  }
}

/** JSON is YAML: what is quoted so means the same in a suite. */
function writeCall(tool: string, args: Readonly<Record<string, string>>, expect: string): string {
  const members = Object.entries(args).map(([name, value]) => `${quoteJson(name)}: ${quoteJson(value)}`);
  const written = members.length === 0 ? '' : ` args: { ${members.join(', ')} },`;
  return `- { tool: ${quoteJson(tool)},${written} expect: ${expect} }`;
}
