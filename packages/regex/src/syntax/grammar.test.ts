import { expect, it } from 'vitest';
import { createMachinery } from './grammar.ts';

it('has no ambiguous alternative, no unreachable token and no left recursion', () => {
  // The parser throws on what it finds.
  const { lexer } = createMachinery(false);
  expect(lexer.lexerDefinitionErrors).toEqual([]);
});
