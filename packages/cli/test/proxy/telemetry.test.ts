import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIP, aip, ROOT, runToEnd } from '../aip.ts';

const RECORDER = join(ROOT, 'fixtures/servers/recorder-server.mjs');
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = '00f067aa0ba902b7';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

/** What a collector is sent, as far as it is looked at here. */
interface Span {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number };
}

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly histogram?: { readonly dataPoints: readonly { readonly attributes: readonly Attribute[] }[] };
  readonly sum?: {
    readonly dataPoints: readonly { readonly asDouble?: number; readonly attributes: readonly Attribute[] }[];
  };
}

/** A collector that keeps what it is sent. */
class Collector {
  readonly bodies: { readonly path: string; readonly text: string }[] = [];
  private readonly server: Server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.once('end', () => {
      this.bodies.push({ path: request.url ?? '', text });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  spans(): readonly Span[] {
    return this.read('/v1/traces').flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }: { scopeSpans: { spans: Span[] }[] }) =>
        scopeSpans.flatMap(({ spans }) => spans),
      ),
    );
  }

  metrics(): readonly Metric[] {
    return this.read('/v1/metrics').flatMap(({ resourceMetrics }) =>
      resourceMetrics.flatMap(({ scopeMetrics }: { scopeMetrics: { metrics: Metric[] }[] }) =>
        scopeMetrics.flatMap(({ metrics }) => metrics),
      ),
    );
  }

  private read(path: string) {
    return this.bodies.filter((body) => body.path === path).map(({ text }) => JSON.parse(text));
  }
}

const flat = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));

let folder: string;
let collector: Collector;
let url: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aip-telemetry-'));
  collector = new Collector();
  url = await collector.start();
  writeFileSync(
    join(folder, 'agent.yaml'),
    `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata:
  name: agent
spec:
  allowed_tools: [read]
  dlp:
    patterns:
      - name: key
        regex: hush
`,
  );
});
afterEach(() => {
  collector.stop();
  rmSync(folder, { recursive: true, force: true });
});

const CALLS = [
  { id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18' } },
  {
    id: 2,
    method: 'tools/call',
    params: {
      name: 'read',
      arguments: { text: 'argument-value' },
      _meta: { traceparent: `00-${TRACE}-${PARENT}-01` },
    },
  },
  { id: 'hush-3', method: 'tools/call', params: { name: 'rm-hush', arguments: { text: 'argument-value' } } },
  { id: 4, method: 'vendor/anything' },
]
  .map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  .join('');

const proxy = (flags: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  aip(
    [
      ...['proxy', '--policy', join(folder, 'agent.yaml'), ...flags],
      ...['--', 'node', RECORDER, join(folder, 'received'), 'read'],
    ],
    { input: CALLS, env },
  );

describe('telemetry', () => {
  it('has a span for each request, in the trace that the caller is in', async () => {
    const { status } = await proxy(['--otlp-endpoint', `${url}/`]);
    expect(status).toBe(0);
    const spans = collector.spans();
    const byName = new Map(spans.map((span) => [span.name, span]));
    expect([...byName.keys()].sort()).toEqual(['_OTHER', 'initialize', 'tools/call', 'tools/call read']);
    const allowed = byName.get('tools/call read');
    expect(allowed).toMatchObject({ kind: 2, traceId: TRACE, parentSpanId: PARENT });
    expect(flat(allowed?.attributes ?? [])).toMatchObject({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'read',
      'gen_ai.operation.name': 'execute_tool',
      'jsonrpc.request.id': '2',
      'network.transport': 'pipe',
    });
    expect(BigInt(allowed?.endTimeUnixNano ?? 0) >= BigInt(allowed?.startTimeUnixNano ?? 1)).toBe(true);
    // Not a clock of the process' own: within a minute of now.
    expect(Math.abs(Number(BigInt(allowed?.startTimeUnixNano ?? 0) / 1_000_000n) - Date.now())).toBeLessThan(
      60_000,
    );
    const refused = byName.get('tools/call');
    expect(refused?.status.code).toBe(2);
    expect(flat(refused?.attributes ?? [])).toMatchObject({
      'error.type': '-32001',
      'rpc.response.status_code': '-32001',
      'aip.error.source': 'proxy',
    });
  });

  it('counts and measures', async () => {
    await proxy(['--otlp-endpoint', url]);
    const metrics = new Map(collector.metrics().map((metric) => [metric.name, metric]));
    const durations = metrics.get('mcp.server.operation.duration');
    expect(durations?.unit).toBe('s');
    const measured = durations?.histogram?.dataPoints.map(({ attributes }) => flat(attributes)) ?? [];
    expect(measured.map((attributes) => attributes['mcp.method.name']).sort()).toEqual([
      '_OTHER',
      'initialize',
      'tools/call',
      'tools/call',
    ]);
    // A name that the policy does not know could be another one each time.
    expect(measured.map((attributes) => attributes['gen_ai.tool.name']).filter(Boolean)).toEqual(['read']);
    const decisions = metrics
      .get('aip.decisions')
      ?.sum?.dataPoints.map((point) => [flat(point.attributes)['aip.decision'], point.asDouble]);
    expect(decisions).toContainEqual(['ALLOW', 2]);
    expect(metrics.has('mcp.server.session.duration')).toBe(true);
  });

  it('holds no argument, and nothing that the scanner takes out', async () => {
    await proxy(['--otlp-endpoint', url]);
    const sent = collector.bodies.map(({ text }) => text).join();
    expect(sent).toContain('[REDACTED:key]');
    expect(sent).not.toMatch(/argument-value|hush/);
  });

  it('follows the standard variables', async () => {
    await proxy([], {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_SERVICE_NAME: 'mine',
    });
    expect(new Set(collector.bodies.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
    expect(collector.bodies[0]?.text).toContain('"mine"');
  });

  it.each([
    ['is not wanted', {}],
    ['is turned off', { OTEL_EXPORTER_OTLP_ENDPOINT: 'URL', OTEL_SDK_DISABLED: 'true' }],
  ])('%s: nothing is sent', async (_, env) => {
    const named = Object.fromEntries(
      Object.entries(env).map(([key, value]) => [key, value.replace('URL', url)]),
    );
    const { status, stderr } = await proxy([], named);
    expect([status, collector.bodies]).toEqual([0, []]);
    expect(stderr).not.toContain('OpenTelemetry');
  });

  it.skipIf(process.platform === 'win32')('tells of requests over HTTP too', async () => {
    const child = spawn(process.execPath, [
      ...[AIP, 'proxy', '--policy', join(folder, 'agent.yaml'), '--otlp-endpoint', url],
      ...['--listen', '127.0.0.1:0', '--', 'node', RECORDER, join(folder, 'received'), 'read'],
    ]);
    const address = await new Promise<string>((resolve) => {
      let log = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        const found = /Listening at (\S+)/.exec(log)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }),
    });
    expect(response.status).toBe(200);
    await response.text();
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('close', resolve));
    const attributes = collector
      .spans()
      .map((span) => [span.name, flat(span.attributes)['network.transport']]);
    expect(attributes).toEqual([['initialize', 'tcp']]);
  });

  it('holds nothing up where nobody listens', async () => {
    collector.stop();
    const begun = performance.now();
    const { status, stdout, stderr } = await proxy(['--otlp-endpoint', url]);
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(4);
    expect(stderr).not.toContain('    at ');
    // Two seconds at most for the collector; the rest is the session itself.
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('is refused with a mistake in its endpoint', async () => {
    const { status, stderr } = await proxy(['--otlp-endpoint', 'localhost']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('no http or https URL')]);
  });

  describe('where the SDK is not installed', () => {
    const run = (flags: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      cpSync(dirname(AIP), join(folder, 'bundle'), { recursive: true });
      const policy = ['--policy', join(folder, 'agent.yaml')];
      const server = ['--', 'node', RECORDER, join(folder, 'received'), 'read'];
      const words = [join(folder, 'bundle/aip.js'), 'proxy', ...policy, ...flags, ...server];
      return runToEnd(process.execPath, words, { input: CALLS, env, cwd: folder });
    };

    it('says what to install', async () => {
      const { status, stderr } = await run(['--otlp-endpoint', url]);
      expect(status).toBe(2);
      expect(stderr).toContain('npm install @opentelemetry/sdk-trace-base');
    });

    it('goes on without where only the environment asks for it', async () => {
      const { status, stdout, stderr } = await run([], { OTEL_EXPORTER_OTLP_ENDPOINT: url });
      expect([status, stdout.trim().split('\n').length]).toEqual([0, 4]);
      expect(stderr).toContain('no telemetry');
    });
  });
});
