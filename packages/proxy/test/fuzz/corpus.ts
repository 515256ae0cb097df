import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recorded } from './run-fuzz.ts';

/** Longer recorded messages only make a run slow. */
const MAX_LENGTH = 4000;

/** Made for the fuzzed policy: what it allows, refuses and redacts. */
const OWN: readonly Recorded[] = [
  {
    from: 'client',
    text: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{"path":"a"}}}',
  },
  {
    from: 'client',
    text: '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"rm","arguments":{"path":"a"}}}',
  },
  {
    from: 'client',
    text: '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"fetch","arguments":{"url":"https://api.example/x"}}}',
  },
  {
    from: 'client',
    text: '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"fetch","arguments":{"url":"file:///etc/shadow"}}}',
  },
  {
    from: 'client',
    text: '{"jsonrpc":"2.0","id":5,"method":"resources/read","params":{"uri":"file:///etc/shadow"}}',
  },
  {
    from: 'client',
    text: '[{"jsonrpc":"2.0","id":6,"method":"ping"},{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"rm"}}]',
  },
  {
    from: 'server',
    text: '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"AKIAABCDEFGHIJKLMNOP"}]}}',
  },
  {
    from: 'server',
    text: '{"jsonrpc":"2.0","id":3,"error":{"code":1,"message":"key AKIAABCDEFGHIJKLMNOP"}}',
  },
  {
    from: 'server',
    text: '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":{"AKIAABCDEFGHIJKLMNOP":1}}}',
  },
  {
    from: 'server',
    text: '{"jsonrpc":"2.0","id":9,"method":"sampling/createMessage","params":{"messages":[]}}',
  },
];

/** Recorded sessions, where they are, and messages made for the policy. */
export function readCorpus(folders: readonly string[]): readonly Recorded[] {
  const recorded = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').flatMap(readLine));
  // The tools of the recordings are none of the policy's: half of their calls are made calls of tools that are.
  return [...OWN, ...OWN, ...OWN, ...recorded];
}

function readLine(line: string, index: number): readonly Recorded[] {
  if (line.length === 0 || line.length > MAX_LENGTH) return [];
  const { direction, raw } = JSON.parse(line);
  if (raw === undefined || (direction !== 'c2s' && direction !== 's2c')) return [];
  const text = JSON.stringify(raw).replace(
    /("method":"tools\/call".*"name":)"[^"]*"/,
    `$1"${index % 2 === 0 ? 'read' : 'rm'}"`,
  );
  return [{ from: direction === 'c2s' ? 'client' : 'server', text }];
}
