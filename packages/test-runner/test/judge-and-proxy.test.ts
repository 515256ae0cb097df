import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from '@agentpolicy/engine';
import { createLineReader, type LineEvent, readLineMessage, type Side } from '@agentpolicy/message';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGateway } from '../../proxy/src/gateway/gateway.ts';
import { readVectors } from '../src/conformance/read-vectors.ts';
import type { Vector, VectorEnvironment } from '../src/conformance/vector.ts';
import { DEFAULT_ENVIRONMENT } from '../src/conformance/vector.ts';
import { createApprover, createVirtualClock, readTraceFile, readTraceLine } from '../src/index.ts';
import { createConnection, listLines } from '../src/judge/connection.ts';
import { HANDLED_FEATURES } from '../src/judge/handled-features.ts';
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
function connectBoth(policy: string, environment: VectorEnvironment, filterTools = false) {
  const loaded = loadPolicy(policy, 'policy.yaml');
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((each) => each.message).join('\n'));
  const { home, cwd, foldCase, ownFiles, maxDepth } = environment;
  const clock = createVirtualClock();
  const place = { clock: clock.now, home, cwd, foldCase, ownFiles, handles: HANDLED_FEATURES };
  const makeEngine = () => createEngine(loaded.table, place);
  const limits = maxDepth === null ? {} : { maxDepth };
  const gateway = createGateway({ engine: makeEngine(), verbose: false, filterTools, ...limits });
  const patience = createVirtualClock();
  const approver = createApprover('deny');
  const judge = createConnection({ engine: makeEngine(), approver, clock: patience, filterTools });
  /** What the gateway sends. The server does not answer its own questions. */
  const receive = (event: LineEvent, from: Side): { readonly to: Side; readonly text: string }[] =>
    gateway
      .receive(event, from)
      .flatMap((effect) => (effect.kind === 'send' || effect.kind === 'forward' ? [effect] : []))
      .flatMap((effect) => {
        const own = /"id":("aip-proxy:[^"]*")/.exec(effect.text)?.[1];
        if (effect.to !== 'server' || own === undefined || from === 'server') return [effect];
        const text = `{"jsonrpc":"2.0","id":${own},"error":{"code":-32601,"message":"no"}}`;
        return receive({ kind: 'line', text, bytes: text.length }, 'server');
      });
  return {
    clock,
    send(event: LineEvent, from: Side): { readonly proxy: Reached; readonly judge: Reached } {
      const sent = receive(event, from);
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
    scanning: `apiVersion: aip.io/v1alpha2
kind: AgentPolicy
metadata: { name: scanning }
spec:
  allowed_methods: ['*']
  allowed_tools: [echo, read_text_file, get-sum, deploy, create_entities, search_nodes]
  dlp:
    scan_requests: true
    on_request_match: redact
    patterns: [{ name: Words, regex: '[A-Z][a-z]+' }]
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
          const both = sessions.get(entry.session) ?? connectBoth(policy, DEFAULT_ENVIRONMENT, true);
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

const define = (name: string, description: string) => ({
  name,
  description,
  inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
});

/** `schema_hash` of a definition, made as anybody would who reads the specification. */
function hash({ name, description, inputSchema }: ReturnType<typeof define>): string {
  const canonical = JSON.stringify({
    description,
    inputSchema: { properties: inputSchema.properties, type: inputSchema.type },
    name,
  });
  return `sha256:${createHash('sha256').update(canonical).digest('hex')}`;
}

const makePolicy = (mode: string, onMatch: string, onFailure: string, scan: boolean): string =>
  `apiVersion: aip.io/v1alpha2
kind: AgentPolicy
metadata: { name: definitions }
spec:
  mode: ${mode}
  denied_methods: [sampling/createMessage]
  allowed_tools: [list]
  denied_tools: [erase]
  tool_rules:
    - { tool: read, schema_hash: '${hash(define('read', 'reads'))}', allow_args: { path: '^/[a-z]+' } }
    - { tool: slow, rate_limit: 2/hour }
    - { tool: ask, action: ask, schema_hash: '${hash(define('ask', 'asks'))}' }
  dlp:
    scan_requests: ${scan}
    on_request_match: ${onMatch}
    on_redaction_failure: ${onFailure}
    patterns: [{ name: Key, regex: 'key-[0-9]+' }, { name: Slash, regex: '/etc' }]
`;

/** What may be said; `id` is that of the next request, or of one that was asked. */
const NAMES = ['list', 'read', 'Read', 'ask', 'slow', 'erase', 'other', 'key-7'];
const ARGUMENTS = [
  {},
  { path: '/tmp' },
  { path: '/etc' },
  { path: '/tmp/key-1' },
  { path: 'x', 'key-1': 1 },
  { 'key-1': 1, 'key-2': 2 },
  { path: '/tmp', note: ['key-3', { deep: 'key-4' }] },
];
const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };

const callOf = (id: number | string | undefined, name: string, args: object, more: object = {}): object => ({
  jsonrpc: '2.0',
  ...(id === undefined ? {} : { id }),
  method: 'tools/call',
  params: { name, arguments: args, ...more },
});

type Said = { readonly from: Side; readonly say: (id: number, asked: number) => unknown };

const clientSays = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...NAMES), fc.constantFrom(...ARGUMENTS))
      .map(([name, args]): Said => ({ from: 'client', say: (id) => callOf(id, name, args) })),
  },
  fc.tuple(fc.constantFrom('slow', 'read'), fc.boolean()).map(
    ([name, isRetry]): Said => ({
      from: 'client',
      say: (id) =>
        callOf(
          id,
          name,
          { path: '/tmp' },
          { _meta: META, ...(isRetry ? { inputResponses: { a: { answer: 'key-5' } } } : {}) },
        ),
    }),
  ),
  {
    weight: 3,
    arbitrary: fc.constantFrom<Said[]>(
      { from: 'client', say: (id) => ({ jsonrpc: '2.0', id, method: 'tools/list' }) },
      {
        from: 'client',
        say: (id) => ({ jsonrpc: '2.0', id, method: 'tools/list', params: { cursor: 'p2' } }),
      },
    ),
  },
  fc.constantFrom<Said[]>(
    { from: 'client', say: () => callOf(undefined, 'read', { path: '/tmp' }) },
    { from: 'client', say: () => callOf('aip-proxy:1', 'list', {}) },
    {
      from: 'client',
      say: (_, asked) => ({
        jsonrpc: '2.0',
        method: 'notifications/cancelled',
        params: { requestId: asked },
      }),
    },
    { from: 'client', say: (id) => ({ jsonrpc: '2.0', id, method: 'resources/read' }) },
    { from: 'client', say: (id) => ({ jsonrpc: '2.0', id, method: 'initialize', params: {} }) },
  ),
);

const tools = fc.array(
  fc.constantFrom<object[]>(
    define('read', 'reads'),
    define('read', 'reads and writes'),
    define('ask', 'asks'),
    define('list', 'lists'),
    define('other', 'key-6'),
    { title: 'nameless' },
  ),
  { maxLength: 4 },
);

const serverSays = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(tools, fc.boolean()).map(
      ([list, hasMore]): Said => ({
        from: 'server',
        say: (_, asked) => ({
          jsonrpc: '2.0',
          id: asked,
          result: { tools: list, ...(hasMore ? { nextCursor: 'p2' } : {}) },
        }),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Said[]>(
      {
        from: 'server',
        say: (_, asked) => ({ jsonrpc: '2.0', id: asked, result: { content: [{ text: 'key-8' }] } }),
      },
      {
        from: 'server',
        say: (_, asked) => ({
          jsonrpc: '2.0',
          id: asked,
          result: { resultType: 'input_required', inputRequests: { a: { method: 'elicitation/create' } } },
        }),
      },
      {
        from: 'server',
        say: (_, asked) => ({
          jsonrpc: '2.0',
          id: asked,
          result: { inputRequests: { a: { method: 'sampling/createMessage' } } },
        }),
      },
      {
        from: 'server',
        say: (_, asked) => ({
          jsonrpc: '2.0',
          id: asked,
          result: { requestState: 'key-9', resultType: 'input_required' },
        }),
      },
      {
        from: 'server',
        say: (_, asked) => ({ jsonrpc: '2.0', id: asked, error: { code: 1, message: 'key-10' } }),
      },
    ),
  },
  fc.constantFrom<Said[]>(
    { from: 'server', say: () => ({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }) },
    { from: 'server', say: (id) => ({ jsonrpc: '2.0', id, method: 'sampling/createMessage' }) },
    { from: 'server', say: (id) => ({ jsonrpc: '2.0', id, method: 'roots/list', params: { 'key-11': 1 } }) },
  ),
);

describe('the judge and the proxy see the same', () => {
  it('of any conversation about definitions, lists, scanned arguments and retries', () => {
    let forwarded = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom('enforce', 'monitor'),
        fc.constantFrom('block', 'redact', 'warn'),
        fc.constantFrom('block', 'reject', 'allow_original'),
        fc.boolean(),
        fc.boolean(),
        fc.array(
          fc.tuple(
            fc.oneof({ weight: 3, arbitrary: clientSays }, { weight: 2, arbitrary: serverSays }),
            fc.nat(2),
          ),
          {
            minLength: 4,
            maxLength: 30,
          },
        ),
        (mode, onMatch, onFailure, scan, filterTools, said) => {
          const policy = makePolicy(mode, onMatch, onFailure, scan);
          const both = connectBoth(policy, DEFAULT_ENVIRONMENT, filterTools);
          let id = 0;
          for (const [{ from, say }, back] of said) {
            if (from === 'client') id++;
            const text = JSON.stringify(say(from === 'client' ? id : 1000 + id, Math.max(1, id - back)));
            const { proxy, judge } = both.send({ kind: 'line', text, bytes: Buffer.byteLength(text) }, from);
            expect(judge, text).toEqual(proxy);
            if (judge[from === 'client' ? 'server' : 'client'].length > 0) forwarded++;
            else refused++;
          }
        },
      ),
      { numRuns: 600 },
    );
    // Neither all nor nothing of it passes.
    expect(Math.min(forwarded, refused)).toBeGreaterThan(1000);
  });
});
