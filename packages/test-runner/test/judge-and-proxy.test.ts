import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from '@agentpolicy/engine';
import { createLineReader, type LineEvent, readLineMessage, type Side } from '@agentpolicy/message';
import { describe, expect, it } from 'vitest';
import { createGateway } from '../../proxy/src/gateway/gateway.ts';
import { readVectors } from '../src/conformance/read-vectors.ts';
import type { Vector, VectorEnvironment } from '../src/conformance/vector.ts';
import { DEFAULT_ENVIRONMENT } from '../src/conformance/vector.ts';
import { createApprover, createVirtualClock, readTraceFile, readTraceLine } from '../src/index.ts';
import { createConnection, listLines } from '../src/judge/connection.ts';
import { loadPolicy } from '../src/policy/load-policy.ts';

/** What reaches either side; the wording of reasons is free. */
interface Reached {
  readonly server: readonly string[];
  readonly client: readonly string[];
}

function withoutReasons(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replaceAll(/"reason":"(?:[^"\\]|\\.)*"/g, '"reason":""'));
}

/** The judge and the proxy's gateway, fed with the same lines. Nobody approves anything. */
function connectBoth(policy: string, environment: VectorEnvironment) {
  const loaded = loadPolicy(policy, 'policy.yaml');
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((each) => each.message).join('\n'));
  const { home, cwd, foldCase, ownFiles, maxDepth } = environment;
  const clock = createVirtualClock();
  const makeEngine = () => createEngine(loaded.table, { clock: clock.now, home, cwd, foldCase, ownFiles });
  const limits = maxDepth === null ? {} : { maxDepth };
  const gateway = createGateway({ engine: makeEngine(), verbose: false, ...limits });
  const patience = createVirtualClock();
  const judge = createConnection({ engine: makeEngine(), approver: createApprover('deny'), clock: patience });
  return {
    clock,
    send(event: LineEvent, from: Side): { readonly proxy: Reached; readonly judge: Reached } {
      const sent = gateway
        .receive(event, from)
        .flatMap((effect) => (effect.kind === 'send' || effect.kind === 'forward' ? [effect] : []));
      const to = (side: Side) => sent.filter((each) => each.to === side).map((each) => each.text);
      const judged = judge.receive(readLineMessage(event, from, limits));
      return {
        proxy: { server: withoutReasons(to('server')), client: withoutReasons(to('client')) },
        judge: {
          server: withoutReasons(listLines(judged, 'server')),
          client: withoutReasons(listLines(judged, 'client')),
        },
      };
    },
  };
}

function listVectors(folder: string): readonly Vector[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const reading = readVectors(readFileSync(path, 'utf8'), path);
      return reading.ok ? reading.file.vectors : [];
    });
}

/** The messages of a vector, on one connection. */
function compareVector(vector: Vector): number {
  if (vector.policy === null || vector.policyError !== null) return 0;
  const both = connectBoth(vector.policy, vector.environment);
  const maxBytes = vector.environment.maxLineBytes ?? 16 * 1024 * 1024;
  const readers = { client: createLineReader({ maxBytes }), server: createLineReader({ maxBytes }) };
  let compared = 0;
  const send = (bytes: Uint8Array, from: Side): void => {
    for (const event of [...readers[from].push(bytes), ...readers[from].push(Buffer.from('\n'))]) {
      const { proxy, judge } = both.send(event, from);
      expect(judge, `${vector.id}, message ${compared + 1}`).toEqual(proxy);
      compared++;
    }
  };
  for (const [index, step] of vector.steps.entries()) {
    both.clock.advance(step.waitMs);
    if (step.kind === 'raw') send(step.bytes, step.from);
    if (step.kind === 'request') {
      const id = step.id === null ? '' : `"id":${index + 1},`;
      const params = step.params === null ? '' : `,"params":${step.params}`;
      send(Buffer.from(`{"jsonrpc":"2.0",${id}"method":${JSON.stringify(step.method)}${params}}`), 'client');
    }
  }
  return compared;
}

describe('the judge and the proxy decide alike', () => {
  it('on every message of the vectors', () => {
    const compared = listVectors('fixtures/conformance').reduce(
      (sum, vector) => sum + compareVector(vector),
      0,
    );
    expect(compared).toBeGreaterThan(450);
  });

  const policies = {
    strict: `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: strict }
spec:
  denied_methods: [sampling/createMessage]
  allowed_methods: ['*']
  allowed_tools: [echo, read_text_file, get-sum, deploy]
  tool_rules:
    - { tool: get-structured-content, rate_limit: 1/hour }
    - { tool: write_file, allow_args: { path: /src/ } }
    - { tool: edit_file, action: ask }
  dlp: { patterns: [{ name: Words, regex: '[A-Z][a-z]+' }] }
`,
    monitored:
      'apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nmetadata: { name: m }\nspec: { mode: monitor }\n',
  };

  it.skipIf(!existsSync('../shared/traces')).each(Object.entries(policies))(
    'on every message of the shared sessions, under a policy that is %s',
    (_, policy) => {
      const names = readdirSync('../shared/traces').filter((name) => name.endsWith('.jsonl'));
      for (const name of names) {
        const sessions = new Map<string, ReturnType<typeof connectBoth>>();
        for (const { number, event } of readTraceFile(join('../shared/traces', name))) {
          const entry = event.kind === 'line' ? readTraceLine(event.text) : undefined;
          if (entry?.kind !== 'message') continue;
          const both = sessions.get(entry.session) ?? connectBoth(policy, DEFAULT_ENVIRONMENT);
          sessions.set(entry.session, both);
          if (entry.time !== null) both.clock.set(entry.time);
          const line: LineEvent = { kind: 'line', text: entry.text, bytes: Buffer.byteLength(entry.text) };
          const { proxy, judge } = both.send(line, entry.from);
          expect(judge, `${name}:${number}`).toEqual(proxy);
        }
      }
    },
  );
});
