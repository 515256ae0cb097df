import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readCorpus } from './corpus.ts';
import { findForbidden, findSecret } from './find-leak.ts';
import { createRandom, mutate } from './mutate.ts';
import { findCutThatMatters, runFuzz } from './run-fuzz.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const corpus = readCorpus([join(root, 'fixtures/traces')]);

it('mutated traffic: nothing forbidden reaches the server, no secret the client, and nothing throws', () => {
  const counts = runFuzz({ seed: 20_261_123, messages: 30_000, corpus });
  expect(counts.messages).toBe(30_000);
  // Most mutations break a message; a run in which hardly any passes would show nothing.
  expect(counts.toServer).toBeGreaterThan(1000);
  expect(counts.toClient).toBeGreaterThan(2000);
});

it('a stream has the same lines wherever it is cut', () => {
  const random = createRandom(7);
  for (let round = 0; round < 60; round++) {
    const stream = Buffer.concat(
      Array.from({ length: 3 }, () => {
        const { text } = corpus[random(corpus.length)] ?? { text: '' };
        return mutate(Buffer.from(`${text}\n`), random);
      }),
    );
    expect(findCutThatMatters(stream)).toBeNull();
  }
});

// The second reading must see what it is there to see.
it.each([
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"rm"}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","Name":"rm"}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","n\\u0061me":"rm"}}',
  '{"jsonrpc":"2.0","id":1,"method":"Tools/Call","params":{"name":"ＲＭ"}}',
  '{"jsonrpc":"2.0","id":1,"method":"ping","METHOD":"tools/call","params":{"name":"rm"}}',
  '{"jsonrpc":"2.0","id":1,"method":"resources/read"}',
  '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"rm"}}]',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fetch","arguments":{"url":"file:///x"}}}',
  '{"jsonrpc":"2.0","id":1,"method":"ping"}\r{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"rm"}}',
  '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1,"a":2}}',
  '{"jsonrpc":"2.0","id":1,"method":"ping"} {}',
])('the second reading finds %s', (line) => {
  expect(findForbidden(line, new Set(['ping']))).not.toBeNull();
});

it('the second reading lets pass what is allowed', () => {
  const allowed =
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fetch","arguments":{"url":"https://api.example/"}}}';
  expect(findForbidden(allowed, new Set())).toBeNull();
  expect(findSecret('{"result":["\\u0041KIAABCDEFGHIJKLMNOP"]}')).toBe('it holds a secret');
  expect(findSecret('{"result":["[REDACTED:key]"]}')).toBeNull();
});
