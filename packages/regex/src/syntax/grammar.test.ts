import { expect, it } from 'vitest';
import { createGrammar } from './grammar.ts';

it('has no ambiguous alternative and no left recursion', () => {
  expect(() => createGrammar(false)).not.toThrow();
});
