import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { VERSION } from '../version.ts';
import { INSTALL_COMMAND, loadSdk } from './load-sdk.ts';
import { readTelemetrySettings } from './settings.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * Telemetry as the command line and the environment want it; null where they don't.
 * @throws CliError where it is asked for on the command line and can't be.
 */
export async function openTelemetry(
  context: CommandContext,
  endpoint: string | undefined,
  transport: string,
): Promise<Telemetry | null> {
  const settings = readTelemetrySettings(endpoint, context.environment);
  if (settings === null) return null;
  const sdk = await loadSdk();
  if (sdk !== null) {
    // Loaded where it is used: the proxy starts as fast without.
    const { startTelemetry } = await import('./telemetry.ts');
    const { timeOrigin } = performance;
    return startTelemetry({ settings, sdk, version: VERSION, transport, timeOrigin });
  }
  const problem = 'the OpenTelemetry SDK is not installed beside aip';
  if (settings.isRequired) throw new CliError(`--otlp-endpoint: ${problem}`, `run: ${INSTALL_COMMAND}`);
  // The variables may be meant for other programs: the proxy works without.
  context.warn(
    `aip: no telemetry, although OTEL_… variables ask for it: ${problem}; run: ${INSTALL_COMMAND}`,
  );
  return null;
}
