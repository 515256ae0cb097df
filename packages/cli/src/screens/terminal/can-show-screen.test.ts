import { expect, it } from 'vitest';
import { isScreen } from './can-show-screen.ts';

it.each([
  ['a terminal', true, true, { TERM: 'xterm' }, true],
  ['input from a pipe', false, true, { TERM: 'xterm' }, false],
  ['output into a pipe', true, false, { TERM: 'xterm' }, false],
  ['a terminal that knows no cursor', true, true, { TERM: 'dumb' }, false],
  ['a CI machine', true, true, { TERM: 'xterm', CI: 'true' }, false],
  ['a CI machine by its other name', true, true, { CONTINUOUS_INTEGRATION: '1' }, false],
  ['no CI machine', true, true, { CI: 'false' }, true],
] as const)('%s', (_, input, output, environment, expected) => {
  expect(isScreen({ input, output, environment })).toBe(expected);
});
