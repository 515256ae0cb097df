import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AnalysisError, checkSources, type PolicySettings } from '@agentpolicy/analysis';
import type { Range } from '@agentpolicy/core';
import { parsePolicy } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { type LoadedPolicy, loadPolicy } from '../input/load-table.ts';

/** A policy as it is compared: with the sections that a table does not hold, where its text is at hand. */
export interface ComparedPolicy extends LoadedPolicy {
  /** How reports name it: its path, behind its revision where it is of one. */
  readonly label: string;
  /** Where annotations point: the file as it lies in the working tree; null where it lies in another revision. */
  readonly file: string | null;
  /** Undefined for a table. */
  readonly settings: PolicySettings | undefined;
  /** Where places of the policy are in `file`, for a policy that is the text of a ConfigMap's value. */
  readonly shift?: (range: Range) => Range;
}

/**
 * Loads a policy, and verifies that a table that was compiled elsewhere runs the patterns that it shows.
 * @throws CliError for what can't be read, compiled or trusted.
 */
export async function loadCompared(context: CommandContext, path: string): Promise<ComparedPolicy> {
  const loaded = await loadPolicy(context, path);
  if (loaded.source === null) askAnalysis(() => checkSources(loaded.table), path);
  return { ...loaded, label: loaded.path, file: loaded.path, settings: readSettings(loaded) };
}

/**
 * Loads a policy whose bytes are no file here: one of another revision, or of a ConfigMap.
 * @throws CliError as `loadCompared` does
 */
export async function loadComparedBytes(
  context: CommandContext,
  path: string,
  bytes: Buffer,
): Promise<ComparedPolicy> {
  if (path.split(/[/\\]/).some((segment) => segment === '..'))
    throw new CliError(`\`${path}\` is not below this folder`, "run the command in the repository's root");
  // The loader reads files; each gets a folder of its own, so that no two names meet on any file system.
  const folder = mkdtempSync(join(tmpdir(), 'aip-diff-'));
  try {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
    return { ...(await loadCompared({ ...context, cwd: folder }, path)), file: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The sections that a table does not hold. */
export const SECTIONS = ['identity', 'server', 'registry', 'aat'] as const;

function readSettings({ source, path, locate }: LoadedPolicy): PolicySettings | undefined {
  if (source === null) return undefined;
  // Most policies have none, and reading the text once more is most of the work of a small change.
  if (SECTIONS.every((section) => locate(`/spec/${section}`) === null)) return {};
  const parsed = parsePolicy(source.text, path);
  if (!parsed.ok) return undefined;
  const { spec } = parsed.document.policy;
  return {
    ...('identity' in spec ? { identity: spec.identity } : {}),
    ...('server' in spec ? { server: spec.server } : {}),
    ...('registry' in spec ? { registry: spec.registry } : {}),
    ...('aat' in spec ? { aat: spec.aat } : {}),
  };
}

/**
 * Asks the analysis; what it can't answer because of a table or a question is the user's to repair.
 * @throws CliError
 */
export function askAnalysis<T>(ask: () => T, about?: string): T {
  try {
    return ask();
  } catch (failure) {
    if (!(failure instanceof AnalysisError)) throw failure;
    throw new CliError(about === undefined ? failure.message : `\`${about}\`: ${failure.message}`);
  }
}
