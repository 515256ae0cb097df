import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';

function listCommands(...words: readonly string[]): readonly string[] {
  const program = createProgram(() => undefined, ['node', 'aip', ...words]);
  return program.commands.map((command) => command.name());
}

describe('createProgram', () => {
  const all = listCommands();

  it.each([[['--help']], [['help', 'lint']], [['lnit']], [['--color', 'never', 'lint']], [['']]])(
    'declares every command for %j',
    (words) => {
      expect(listCommands(...words)).toEqual(all);
      expect(all.length).toBeGreaterThan(20);
    },
  );

  it.each(all.map((name) => [name]))('declares `%s` where it is named, as it does among all', (name) => {
    const named = listCommands(name, '--help');
    expect(named).toContain(name);
    expect(named.length).toBeLessThan(all.length);
    expect(all.join()).toContain(named.join());
  });
});
