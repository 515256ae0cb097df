import type { ProxyEvent, ProxyObserver } from '@agentpolicy/proxy';
import { type Meter, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { describeOperation, describeRequest, nameOperation } from './attributes.ts';
import type { TelemetrySdk } from './load-sdk.ts';
import type { TelemetrySettings } from './settings.ts';
import { readParent } from './trace-context.ts';

/** Traces and metrics of the proxy, on their way to a collector. */
export interface Telemetry extends ProxyObserver {
  /** Sends what is left, for at most so many milliseconds. */
  shutdown(limit: number): Promise<void>;
}

export interface TelemetryOptions {
  readonly settings: TelemetrySettings;
  readonly sdk: TelemetrySdk;
  readonly version: string;
  /** `pipe` or `tcp`, as the conventions have it. */
  readonly transport: string;
  /** Milliseconds since 1970 of the proxy's time 0. */
  readonly timeOrigin: number;
}

const SCOPE = '@agentpolicy/proxy';
const SECOND = 1000;

/** As the MCP semantic conventions have them, in seconds. */
const DURATIONS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** Starts sending telemetry. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const { settings, sdk, version } = options;
  const resource = sdk.resources
    .defaultResource()
    .merge(sdk.resources.resourceFromAttributes({ 'service.name': 'aip-proxy', 'service.version': version }))
    // What the environment says of the service wins.
    .merge(sdk.resources.detectResources({ detectors: [sdk.resources.envDetector] }));
  const readers = [];
  if (settings.metrics !== null) {
    const exporter = new sdk.metricExporter.OTLPMetricExporter(urlOf(settings.metrics));
    readers.push(new sdk.metrics.PeriodicExportingMetricReader({ exporter }));
  }
  const spanProcessors = [];
  if (settings.traces !== null) {
    const exporter = new sdk.traceExporter.OTLPTraceExporter(urlOf(settings.traces));
    spanProcessors.push(new sdk.trace.BatchSpanProcessor(exporter));
  }
  const meters = new sdk.metrics.MeterProvider({ resource, readers });
  const tracers = new sdk.trace.BasicTracerProvider({ resource, spanProcessors });
  const observe = createObserver(options, tracers.getTracer(SCOPE, version), meters.getMeter(SCOPE, version));
  return {
    observe,
    async shutdown(limit) {
      const done = Promise.allSettled([tracers.shutdown(), meters.shutdown()]);
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, limit).unref())]);
    },
  };
}

function urlOf({ url }: { readonly url: string | null }): { readonly url?: string } {
  return url === null ? {} : { url };
}

function createObserver(
  { transport, timeOrigin }: TelemetryOptions,
  tracer: Tracer,
  meter: Meter,
): (event: ProxyEvent) => void {
  const instruments = createInstruments(meter);
  return (event) => {
    switch (event.kind) {
      case 'operation': {
        const attributes = describeOperation(event, transport);
        const isAsked = event.from === 'client';
        const duration = isAsked ? instruments.server : instruments.client;
        duration.record((event.end - event.start) / SECOND, attributes);
        const span = tracer.startSpan(
          nameOperation(event),
          {
            kind: isAsked ? SpanKind.SERVER : SpanKind.CLIENT,
            startTime: timeOrigin + event.start,
            attributes: { ...attributes, ...describeRequest(event) },
          },
          readParent(event.traceparent),
        );
        if (event.outcome.kind !== 'result') span.setStatus({ code: SpanStatusCode.ERROR });
        span.end(timeOrigin + event.end);
        return;
      }
      case 'decision': {
        const { direction, decision, errorCode } = event;
        const code = errorCode === null ? {} : { 'rpc.response.status_code': String(errorCode) };
        instruments.decisions.add(1, { 'aip.direction': direction, 'aip.decision': decision, ...code });
        return;
      }
      case 'match': {
        const { direction, rule, action, count } = event;
        const attributes = { 'aip.direction': direction, 'aip.dlp.rule': rule, 'aip.dlp.action': action };
        instruments.matches.add(count, attributes);
        return;
      }
      case 'question':
        instruments.questions.add(1);
        return;
      case 'audit-failure':
        instruments.unwritten.add(event.records);
        return;
      case 'session':
        instruments.session.record((event.end - event.start) / SECOND, { 'network.transport': transport });
    }
  };
}

function createInstruments(meter: Meter) {
  const seconds = (description: string) =>
    ({ unit: 's', description, advice: { explicitBucketBoundaries: DURATIONS } }) as const;
  return {
    server: meter.createHistogram(
      'mcp.server.operation.duration',
      seconds('How long requests of the client took, approval included'),
    ),
    client: meter.createHistogram(
      'mcp.client.operation.duration',
      seconds('How long requests of the server to the client took'),
    ),
    session: meter.createHistogram('mcp.server.session.duration', seconds('How long sessions lasted')),
    decisions: meter.createCounter('aip.decisions', {
      unit: '{decision}',
      description: 'Messages that the policy or the protocol decided about',
    }),
    matches: meter.createCounter('aip.dlp.matches', {
      unit: '{match}',
      description: 'Matches of the DLP patterns',
    }),
    questions: meter.createCounter('aip.approvals', {
      unit: '{question}',
      description: 'Calls that somebody was asked about',
    }),
    unwritten: meter.createCounter('aip.audit.unwritten', {
      unit: '{record}',
      description: 'Audit records that could not be written',
    }),
  };
}
