import type { Linter } from '@agentpolicy/lint';
import { parsePolicy } from '@agentpolicy/spec';
import type { Judge } from './judgement.ts';

/** Judges the text of one policy by the linter's rules. */
export function createPolicyJudge(file: string, linter: Linter): Judge {
  return (text) => {
    const parsed = parsePolicy(text, file);
    if (!parsed.ok) {
      const { index, comments } = parsed.source;
      return { index, comments, diagnostics: parsed.diagnostics, suppressed: [], readable: false };
    }
    const { index, comments } = parsed.document;
    return { index, comments, diagnostics: linter.lint(parsed.document), suppressed: [], readable: true };
  };
}
