const PACKAGES = [
  '@opentelemetry/sdk-trace-base',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/resources',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/exporter-metrics-otlp-http',
] as const;

/** What must be installed beside the command, in the words of npm. */
export const INSTALL_COMMAND = `npm install ${PACKAGES.join(' ')}`;

export interface TelemetrySdk {
  readonly trace: typeof import('@opentelemetry/sdk-trace-base');
  readonly metrics: typeof import('@opentelemetry/sdk-metrics');
  readonly resources: typeof import('@opentelemetry/resources');
  readonly traceExporter: typeof import('@opentelemetry/exporter-trace-otlp-http');
  readonly metricExporter: typeof import('@opentelemetry/exporter-metrics-otlp-http');
}

/** Loads what exports telemetry; it is installed by who wants it. Null where a part of it is not there. */
export async function loadSdk(): Promise<TelemetrySdk | null> {
  try {
    const [trace, metrics, resources, traceExporter, metricExporter] = await Promise.all([
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/exporter-metrics-otlp-http'),
    ]);
    return { trace, metrics, resources, traceExporter, metricExporter };
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure && failure.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw failure;
  }
}
