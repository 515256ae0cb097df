import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { readTelemetrySettings } from './settings.ts';
import { readParent } from './trace-context.ts';

const BY_ENVIRONMENT = { url: null };

describe('where telemetry goes', () => {
  it.each([
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318'],
    ['https://collector.example/otlp/', 'https://collector.example/otlp'],
  ])('to the endpoint of the command line: %s', (endpoint, base) => {
    expect(readTelemetrySettings(endpoint, { OTEL_SDK_DISABLED: 'true' })).toEqual({
      traces: { url: `${base}/v1/traces` },
      metrics: { url: `${base}/v1/metrics` },
      isRequired: true,
    });
  });

  it.each([['localhost:4318'], ['ftp://x'], [''], ['http://x/?token=1']])('not to %j', (endpoint) => {
    expect(() => readTelemetrySettings(endpoint, {})).toThrow('no http or https URL');
  });

  it.each([
    ['nothing', {}, null],
    ['an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, null],
    [
      'an endpoint',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' },
      { traces: BY_ENVIRONMENT, metrics: BY_ENVIRONMENT },
    ],
    [
      'traces only',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://x' },
      { traces: BY_ENVIRONMENT, metrics: null },
    ],
    [
      'no traces',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_TRACES_EXPORTER: 'none' },
      { traces: null, metrics: BY_ENVIRONMENT },
    ],
    ['no SDK', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'TRUE' }, null],
  ])('by the environment: %s', (_, environment, settings) => {
    expect(readTelemetrySettings(undefined, environment)).toEqual(
      settings === null ? null : { ...settings, isRequired: false },
    );
  });
});

describe('the caller’s place in a trace', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const spanId = '00f067aa0ba902b7';

  it.each([
    [`00-${traceId}-${spanId}-01`, 1],
    [`00-${traceId}-${spanId}-00`, 0],
    [`cc-${traceId}-${spanId}-03`, 1],
  ])('%s', (traceparent, traceFlags) => {
    const parent = trace.getSpanContext(readParent(traceparent));
    expect(parent).toEqual({ traceId, spanId, traceFlags, isRemote: true });
  });

  it.each([
    [null],
    [''],
    [`ff-${traceId}-${spanId}-01`],
    [`00-${'0'.repeat(32)}-${spanId}-01`],
    [`00-${traceId}-${'0'.repeat(16)}-01`],
    [`00-${traceId.toUpperCase()}-${spanId}-01`],
    [`00-${traceId}-${spanId}-01-x`],
  ])('none in %j', (traceparent) => {
    expect(readParent(traceparent)).toBe(ROOT_CONTEXT);
  });
});
