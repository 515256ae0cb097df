import { CliError } from '../exit-status.ts';

/** Where telemetry goes. */
export interface TelemetrySettings {
  /** Null where the exporter finds it in the environment. */
  readonly traces: { readonly url: string | null } | null;
  readonly metrics: { readonly url: string | null } | null;
  /** Asked for on the command line: then it must work. */
  readonly isRequired: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What `--otlp-endpoint` and the standard variables of OpenTelemetry say; null where no telemetry is wanted.
 * @throws CliError where the endpoint is no URL.
 */
export function readTelemetrySettings(
  endpoint: string | undefined,
  environment: Environment,
): TelemetrySettings | null {
  if (endpoint !== undefined) {
    const base = parseEndpoint(endpoint);
    return {
      traces: { url: `${base}/v1/traces` },
      metrics: { url: `${base}/v1/metrics` },
      isRequired: true,
    };
  }
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return null;
  const isWanted = (signal: 'TRACES' | 'METRICS'): boolean =>
    environment[`OTEL_${signal}_EXPORTER`] !== 'none' &&
    [environment.OTEL_EXPORTER_OTLP_ENDPOINT, environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]].some(
      (value) => value !== undefined && value !== '',
    );
  const traces = isWanted('TRACES') ? { url: null } : null;
  const metrics = isWanted('METRICS') ? { url: null } : null;
  return traces === null && metrics === null ? null : { traces, metrics, isRequired: false };
}

function parseEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.search !== '')
    throw new CliError(`--otlp-endpoint: \`${text}\` is no http or https URL`, 'write http://127.0.0.1:4318');
  return url.href.replace(/\/+$/, '');
}
