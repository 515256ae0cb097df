import type { DecisionTable } from '@agentpolicy/core';
import { compilePattern, parsePattern, RegexError } from '@agentpolicy/regex';
import { AnalysisError } from '../analysis-error.ts';

/**
 * Checks that each pattern's text in a table is what its program runs. An engine runs the programs and this
 * package reads the texts: of a table that someone else made, only this check tells that both speak of the
 * same policy. A table that was just compiled needs none.
 * @throws AnalysisError `bad-table` where they differ, also because another version compiled the table.
 */
export function checkSources(table: DecisionTable): void {
  for (const { source, program } of table.patterns) {
    const known = table.programs[program];
    if (known === undefined || JSON.stringify(known.code) !== compile(source, known.use)) {
      throw new AnalysisError(
        'bad-table',
        `the pattern \`${source}\` of \`${table.policy.name}\` is not what its program runs: compile the policy again`,
      );
    }
  }
}

function compile(source: string, use: 'match' | 'spans'): string | undefined {
  const parsed = parsePattern(source);
  if (!parsed.ok) return undefined;
  try {
    return JSON.stringify(compilePattern(parsed.pattern, { use }));
  } catch (failure) {
    if (failure instanceof RegexError) return undefined;
    throw failure;
  }
}
