import { createEngine } from '@agentpolicy/engine';
import { describe, expect, it } from 'vitest';
import { compile, policy } from '../../test/support/compile.ts';
import { createMask } from './mask.ts';
import { createLineRedactor } from './redact-line.ts';

const SECRET = 'key-1234567890';
const MASKED = 'key-0000000000';
const SPEC = `
tool_rules:
  - tool: exact
    allow_args:
      key: '^${SECRET}$'
  - tool: shape
    allow_args:
      key: '^key-[0-9]+$'
  - tool: open
dlp:
  patterns:
    - name: key
      regex: 'key-[0-9]{10}'
    - name: word
      regex: 'hunter2'
`;

function makeRedactor(decides: boolean) {
  const engine = createEngine(compile(policy(SPEC)), {
    clock: () => 0,
    home: '/home/user',
    cwd: '/srv',
    foldCase: false,
    ownFiles: [],
  });
  if (engine.logs === null) throw new Error('no patterns');
  return createLineRedactor(createMask(engine.logs), decides ? engine : null);
}

const call = (tool: string, key: string, id = '1'): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":{"key":"${key}"}}}`;

describe('a redacted line', () => {
  it.each([
    ['a secret that a pattern takes by its shape', call('shape', SECRET), call('shape', MASKED), false],
    ['a secret that the policy spells out', call('exact', SECRET), call('exact', MASKED), true],
    [
      'a secret without a shape, where nothing hangs on it',
      call('open', 'hunter2'),
      call('open', '[REDACTED:word]'),
      false,
    ],
    ['a secret for an id', call('open', 'x', `"${SECRET}"`), call('open', 'x', `"${MASKED}"`), true],
    ['a secret for a name', call(SECRET, 'x'), call(MASKED, 'x'), true],
  ])('tells whether a policy decides the same: %s', (_, line, text, inexact) => {
    expect(makeRedactor(true).redact(line, 'client', true)).toMatchObject({ text, inexact });
  });

  it('may be decided otherwise where no policy is known and the shape is lost', () => {
    const redactor = makeRedactor(false);
    expect(redactor.redact(call('open', SECRET), 'client', true)?.inexact).toBe(false);
    expect(redactor.redact(call('open', 'hunter2'), 'client', true)?.inexact).toBe(true);
  });

  it.each([
    ['escapes', '{"a":"key-123456789\\u0030"}', `{"a":"${MASKED}"}`],
    ['keys that are repeated', `{"a":"${SECRET}","a":"${SECRET}"}`, `{"a":"${MASKED}","a":"${MASKED}"}`],
    ['a key', `{"${SECRET}":1}`, `{"${MASKED}":1}`],
    [
      'everything else',
      `{ "a" : 1.50, "b":"${SECRET}","c":"\\u0041" }`,
      `{ "a" : 1.50, "b":"${MASKED}","c":"\\u0041" }`,
    ],
  ])('sees through, and leaves as it is: %s', (_, line, text) => {
    expect(makeRedactor(false).redact(line, 'server', true)?.text).toBe(text);
  });

  it('tells that two keys became one', () => {
    const line = '{"jsonrpc":"2.0","id":1,"result":{"key-1234567890":1,"key-9999999999":2}}';
    expect(makeRedactor(false).redact(line, 'server', true)?.inexact).toBe(true);
  });

  it.each([
    ['outside of strings', `{"a":${SECRET}`, `{"a":${MASKED}`],
    ['in a string', `{"a":"key-123456789\\u0030", oops`, `{"a":"${MASKED}", oops`],
  ])('loses its secrets also where it is no JSON: %s', (_, line, text) => {
    expect(makeRedactor(false).redact(line, 'client', false)?.text).toBe(text);
  });
});
