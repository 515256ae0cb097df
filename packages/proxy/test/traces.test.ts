import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getMember, readJson } from '@agentpolicy/core';
import type { Side } from '@agentpolicy/message';
import { describe, expect, it } from 'vitest';
import { NO_AUDIT } from '../src/audit/sink.ts';
import { commitEffects } from '../src/gateway/commit.ts';
import { createGateway } from '../src/gateway/gateway.ts';
import { createStubEngine, type StubTools } from './support/stub-engine.ts';

const TRACES = join(import.meta.dirname, '../../../../shared/traces');

/** Two files hold hostile lines on purpose. */
const HOSTILE = ['10-raw-framing-probes.jsonl', '18-streamable-http-everything.jsonl'];

interface Recorded {
  readonly from: Side;
  readonly text: string;
}

/** The messages of each session in a file, verbatim. */
function readSessions(file: string): ReadonlyMap<string, readonly Recorded[]> {
  const sessions = new Map<string, Recorded[]>();
  for (const line of readFileSync(join(TRACES, file), 'utf8').split('\n')) {
    const read = line === '' ? null : readJson(line, { maxDepth: 300 });
    if (read?.ok !== true || read.value.kind !== 'object') continue;
    const raw = getMember(read.value, 'raw');
    const direction = getMember(read.value, 'direction');
    const id = getMember(read.value, 'session_id');
    if (raw === undefined || direction?.kind !== 'string' || id?.kind !== 'string') continue;
    const messages = sessions.get(id.value) ?? [];
    sessions.set(id.value, messages);
    messages.push({
      from: direction.value === 'c2s' ? 'client' : 'server',
      text: line.slice(raw.start, raw.end),
    });
  }
  return sessions;
}

/** Every tool that a session calls is allowed. */
function readTools(messages: readonly Recorded[]): StubTools {
  const names = messages.flatMap(({ text }) => JSON.parse(text).params?.name ?? []);
  return Object.fromEntries(names.map((name: string) => [name.toLowerCase(), 'allow' as const]));
}

const files = existsSync(TRACES) ? readdirSync(TRACES).filter((file) => file.endsWith('.jsonl')) : [];

describe.skipIf(files.length === 0)('recorded sessions (../shared/traces)', () => {
  it.each(files.filter((file) => !HOSTILE.includes(file)))('%s passes as it was recorded', (file) => {
    const sessions = readSessions(file);
    expect(sessions.size).toBeGreaterThan(0);
    for (const [id, messages] of sessions) {
      const gateway = createGateway({
        engine: createStubEngine({ tools: readTools(messages) }),
        verbose: false,
      });
      for (const { from, text } of messages) {
        const effects = gateway.receive({ kind: 'line', text, bytes: text.length }, from);
        const sent = commitEffects(effects, NO_AUDIT, gateway.withdraw).filter(
          (each) => each.kind === 'send',
        );
        expect([id, text, sent]).toEqual([
          id,
          text,
          [{ kind: 'send', to: from === 'client' ? 'server' : 'client', text }],
        ]);
      }
    }
  });
});
