import { describe, expect, it } from 'vitest';
import { runRules } from '../../src/commands/rules.ts';
import { runSuggest } from '../../src/commands/suggest.ts';
import { runTest } from '../../src/commands/test.ts';
import { CliError } from '../../src/exit-status.ts';
import { captureContext, makeFolder } from '../lint/lint-in-folder.ts';

async function mistakeOf(run: Promise<unknown>): Promise<Pick<CliError, 'message' | 'help' | 'status'>> {
  try {
    await run;
  } catch (failure) {
    if (failure instanceof CliError) return failure;
    throw failure;
  }
  throw new Error('nothing is refused');
}

describe('what can not be done is told', () => {
  it.each([
    ['policy', { policy: 'x' }],
    ['filter', { filter: ['x'] }],
    ['shard', { shard: '1/2' }],
  ])('`aip test --merge` reads no --%s', async (name, flags) => {
    const { context } = captureContext('/');
    expect(await mistakeOf(runTest(context, ['x.json'], { merge: true, ...flags }))).toMatchObject({
      message: `\`--merge\` can not be combined with \`--${name}\``,
      status: 2,
    });
  });

  it('`aip suggest` does not read standard input', async () => {
    const { context } = captureContext('/');
    expect(await mistakeOf(runSuggest(context, ['-'], { name: 'x' }))).toMatchObject({
      message: 'standard input is not read here',
      status: 2,
    });
  });

  it('`aip suggest` tells of 100 damaged lines, and how many more there are', async () => {
    const folder = makeFolder({
      '::error::a.jsonl': `{"jsonrpc":"2.0","id":1,"method":"ping"}\n${'nothing\n'.repeat(250)}`,
    });
    try {
      const { context, stderr } = captureContext(folder.path, { GITHUB_ACTIONS: 'true' });
      expect(await runSuggest(context, ['.'], { name: 'x' })).toBe(1);
      const lines = stderr().split('\n');
      expect(lines.filter((line) => line.includes(': left out: '))).toHaveLength(100);
      expect(lines).toContain('aip: 150 more lines left out');
      expect(lines.filter((line) => line.startsWith('::'))).toEqual([]);
    } finally {
      folder.remove();
    }
  });

  it('`aip rules` suggests the names that hold what was asked for', async () => {
    const { context } = captureContext('/');
    const ask = (name: string) => mistakeOf(runRules(context, name, { format: 'pretty' }));
    expect((await ask('unanchored')).help).toContain('`unanchored-pattern`');
    expect((await ask('unanchored-patern')).help).toBe('did you mean `unanchored-pattern`?');
    expect((await ask('zzzzzzzzzzzzzz')).help).toBe('`aip rules` lists the rules');
  });
});
