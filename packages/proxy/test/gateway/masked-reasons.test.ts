import { describe, expect, it } from 'vitest';
import { callTool } from '../support/wire.ts';
import { GatewayWire, makeEngine } from '../support/wire-gateway.ts';

/** A strict tool, one that takes everything, and a pattern that only logs are scanned for. */
const engineOf = (regex: string) =>
  makeEngine(
    `
protected_paths: [/srv/keys]
tool_rules:
  - tool: strict
    strict_args: true
    allow_args: { text: "^x$" }
  - tool: open
    action: allow
dlp:
  patterns:
    - name: key
      regex: '${regex}'`,
  );

const KEYS: readonly (readonly [why: string, key: string, regex: string])[] = [
  ['quotes', 'token="abcdefgh"', 'token="[a-z]{8}"'],
  ['a backslash', 'pass\\word', 'pass\\\\word'],
  ['a line feed', 'KEY\nabcdef', 'KEY\\n[a-z]{6}'],
  ['slashes', 'AWS/abcdefghij/+klmnopq', 'AWS/[a-z]{10}/\\+[a-z]{7}'],
  ['a tilde', 'a~1secret', 'a~1secret'],
  ['a length that is cut', `${'x'.repeat(150)}SEKRET-1234567890`, 'SEKRET-[0-9]{10}'],
];

describe('a name that matches a pattern is in no record and no line, whatever it holds', () => {
  it.each(KEYS)('%s: an undeclared argument', (_, key, regex) => {
    const wire = new GatewayWire(engineOf(regex));
    const { toServer, records, logs } = wire.client(callTool(1, 'strict', { text: 'x', [key]: 1 }));
    expect(toServer).toEqual([]);
    expectMasked(key, records, logs);
  });

  it.each(KEYS)('%s: an argument with a protected path', (_, key, regex) => {
    const wire = new GatewayWire(engineOf(regex));
    const { toServer, records, logs } = wire.client(callTool(1, 'open', { a: { [key]: '/srv/keys/a' } }));
    expect(toServer).toEqual([]);
    expectMasked(key, records, logs);
    expect(records).toMatchObject([{ failedArg: expect.stringMatching(/^\/a\/.*\[REDACTED:key\]$/) }]);
  });
});

describe('a name that is too long to be told apart is cut before the scanner sees it', () => {
  const key = `${'x'.repeat(70)}SEKRET-1234567890${'y'.repeat(5000)}`;

  it.each([
    ['beside the members of a message', `{"jsonrpc":"2.0","id":1,"method":"ping","${key}":1}`],
    ['among the params', `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"${key}":1}}`],
    ['among constrained arguments', callTool(1, 'strict', { text: 'x', [key]: 1 })],
    ['with quotes of its own', `{"jsonrpc":"2.0","id":1,"method":"ping","SEKRET\`${key}\`":1}`],
  ])('%s: it is withheld', (_, line) => {
    const wire = new GatewayWire(engineOf('SEKRET-[0-9]{10}'));
    const { toServer, toClient, records, logs } = wire.client(line);
    expect([toServer, toClient.length]).toEqual([[], 1]);
    expect(JSON.stringify([records, logs])).not.toContain('SEKRET');
    expect(JSON.stringify(records)).toContain('[WITHHELD]');
  });

  it('is told where there is no scanner', () => {
    const { records } = new GatewayWire(makeEngine('allowed_tools: [open]')).client(
      `{"jsonrpc":"2.0","id":1,"method":"ping","${key}":1}`,
    );
    expect(JSON.stringify(records)).toContain('SEKRET');
  });
});

/** What is left of the secret in any spelling of it would hold one of its runs of letters. */
function expectMasked(key: string, records: readonly object[], logs: readonly string[]): void {
  const told = JSON.stringify([records, logs]);
  for (const run of key.match(/[a-zA-Z]{4,}|[0-9]{10}/g) ?? []) {
    if (!run.startsWith('x')) expect(told).not.toContain(run);
  }
  expect(told).not.toContain('SEKRET');
  expect(records).toMatchObject([{ decision: 'BLOCK', reason: expect.stringContaining('[REDACT') }]);
}
