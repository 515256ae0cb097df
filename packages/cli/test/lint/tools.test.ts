import { RULES } from '@agentpolicy/lint';
import { afterEach, describe, expect, it } from 'vitest';
import { runLint } from '../../src/commands/lint.ts';
import type { LintFlags } from '../../src/lint/flags.ts';
import { hadInput } from '../../src/lint/ignores/rule-inputs.ts';
import { CLEAN, captureContext, type Folder, makeFolder } from './lint-in-folder.ts';

const TOOL = { name: 'get_issue', inputSchema: { type: 'object' } };
const RESPONSE = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools: [TOOL] } });

let folder: Folder = makeFolder({});
afterEach(() => folder.remove());

async function lint(files: Readonly<Record<string, string>>, flags: LintFlags): Promise<readonly string[]> {
  folder = makeFolder({ 'a.yaml': CLEAN, ...files });
  const { context, stdout } = captureContext(folder.path);
  await runLint(context, ['a.yaml'], { ...flags, format: ['json'] });
  const report: { readonly diagnostics: readonly { readonly code: string }[] } = JSON.parse(stdout());
  return report.diagnostics.map(({ code }) => code);
}

describe('--tools', () => {
  it.each<[string, Readonly<Record<string, string>>, LintFlags]>([
    ['a result', { 't.json': JSON.stringify({ tools: [TOOL] }) }, { tools: 't.json' }],
    ['a response', { 't.json': RESPONSE }, { tools: 't.json' }],
    [
      'a trace',
      { 't.jsonl': `{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n${RESPONSE}\n` },
      { tools: 't.jsonl' },
    ],
    ['the configuration', { 't.json': RESPONSE, 'aip.config.yaml': 'lint: { tools: t.json }\n' }, {}],
  ])('finds a tool that the server does not have, by %s', async (_, files, flags) => {
    expect(await lint(files, flags)).toEqual(['unknown-tool']);
  });

  it('is what makes the ignore of such a finding necessary or stale', async () => {
    const ignoring = CLEAN.replace(
      'list_issues',
      'list_issues # aip-ignore: unknown-tool -- it comes with version 2',
    );
    expect(await lint({ 'a.yaml': ignoring }, {})).toEqual([]);
    expect(await lint({ 'a.yaml': ignoring, 't.json': RESPONSE }, { tools: 't.json' })).toEqual([]);
    const matching = RESPONSE.replace('get_issue', 'list_issues');
    expect(await lint({ 'a.yaml': ignoring, 't.json': matching }, { tools: 't.json' })).toEqual([
      'stale-ignore',
    ]);
  });

  it('is known to be what some rules need', () => {
    const needing = RULES.map(({ meta }) => meta.name).filter(
      (name) => !hadInput(name, { tools: undefined, publicKey: undefined }),
    );
    expect(needing).toEqual([
      'ambiguous-tool-name',
      'schema-hash-mismatch',
      'signature-mismatch',
      'unknown-tool',
    ]);
  });
});
