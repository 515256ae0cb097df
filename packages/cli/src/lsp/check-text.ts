import { dirname, resolve } from 'node:path';
import { createTextIndex, type Diagnostic } from '@agentpolicy/core';
import { type Config, createEmptyConfig } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { applyBaseline } from '../lint/baseline/apply-baseline.ts';
import { readBaseline } from '../lint/baseline/baseline-file.ts';
import { createEmbeddedFinder } from '../lint/config-map/find-embedded.ts';
import { classifyBytes, explainSkip } from '../lint/file-kind.ts';
import { fromConfig, readRuleFlags } from '../lint/flags.ts';
import { createJudge } from '../lint/judge/create-judge.ts';
import type { LintedFile } from '../lint/linted-file.ts';
import { createRuleSettings } from '../lint/rule-settings.ts';
import { createStyle } from '../terminal/style.ts';

const UNNAMED = 'unnamed';

/**
 * The findings in a text that an editor has open, as `aip lint` would have them in the text's own folder. Only what
 * says that it is a policy is checked. A configuration that can't be followed is the only finding then.
 */
export function checkText(
  context: CommandContext,
  text: string,
  path: string | undefined,
): readonly Diagnostic[] {
  const findEmbedded = createEmbeddedFinder();
  const kind = classifyBytes(Buffer.from(text), findEmbedded);
  if (kind.kind === 'other' || kind.kind === 'other-group') return [];
  const file = path ?? UNNAMED;
  const reason = explainSkip(kind);
  if (reason !== undefined) return [createNotice(file, text, 'not-checked', 'info', reason)];
  const problems: string[] = [];
  const local: CommandContext = {
    ...context,
    cwd: path === undefined ? context.cwd : dirname(path),
    style: createStyle('never', {}, {}),
    warn: (...lines) => void problems.push(...lines),
  };
  try {
    const config = path === undefined ? createEmptyConfig(context.cwd) : loadConfig(local, undefined);
    const settings = createRuleSettings(config, readRuleFlags(local, config, {}))(path);
    const judge = createJudge(file, kind, { settings, ignores: true, findEmbedded });
    const { index, diagnostics, suppressed } = judge(text);
    return withoutBaseline(local, config, { file, index, diagnostics, suppressed });
  } catch (failure) {
    if (!(failure instanceof CliError)) throw failure;
    const message = [failure.message, ...problems.slice(0, 1)].join(': ');
    return [createNotice(file, text, 'unusable-configuration', 'error', message, failure.help)];
  }
}

function withoutBaseline(local: CommandContext, config: Config, linted: LintedFile): readonly Diagnostic[] {
  if (config.baseline === undefined) return linted.diagnostics;
  const shown = fromConfig(local, config, config.baseline);
  const path = resolve(local.cwd, shown);
  const entries = readBaseline(path, shown, false);
  return applyBaseline([linted], entries, { cwd: local.cwd, path }).files.flatMap(
    ({ diagnostics }) => diagnostics,
  );
}

/** A finding about the whole text, shown at its first line. */
function createNotice(
  file: string,
  text: string,
  code: string,
  severity: Diagnostic['severity'],
  message: string,
  help?: string,
): Diagnostic {
  const index = createTextIndex(text);
  const range = index.rangeAt(0, index.lineText(1).length);
  return {
    code,
    severity,
    message,
    location: { file, pointer: '', range },
    related: [],
    fixes: [],
    ...(help === undefined ? {} : { help }),
  };
}
