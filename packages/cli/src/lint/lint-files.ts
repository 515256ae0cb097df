import { resolve } from 'node:path';
import { decodePolicy } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import type { Candidate } from '../files/find-files.ts';
import { readBytes, STDIN } from '../input/read-text.ts';
import { createEmbeddedFinder } from './config-map/find-embedded.ts';
import { classifyBytes, explainSkip } from './file-kind.ts';
import type { FixSafety } from './fix/choose-fixes.ts';
import { fixText } from './fix/fix-text.ts';
import type { KeepFixed } from './fix/keep-fixed.ts';
import { createJudge } from './judge/create-judge.ts';
import type { LintedFile, LintReport, SkippedFile } from './linted-file.ts';
import type { FindRuleSettings } from './rule-settings.ts';

export interface LintRun {
  readonly findSettings: FindRuleSettings;
  /** Whether comments may keep findings quiet. */
  readonly ignores: boolean;
  /** Which fixes are applied, and where the texts go that they change; undefined for none. */
  readonly fix: { readonly safety: FixSafety; readonly keep: KeepFixed } | undefined;
  /** What standard input is called. */
  readonly stdinName: string | undefined;
}

/** Lints the files that are policies. What was found in a folder and is no policy is passed over. */
export async function lintFiles(
  context: CommandContext,
  candidates: readonly Candidate[],
  run: LintRun,
): Promise<LintReport> {
  const findEmbedded = createEmbeddedFinder();
  const files: LintedFile[] = [];
  const skipped: SkippedFile[] = [];
  let fixed = 0;
  for (const candidate of candidates) {
    const bytes = await readBytes(context, candidate.path);
    const file = nameOf(candidate, run);
    const kind = classifyBytes(bytes, findEmbedded);
    const reason = candidate.named ? undefined : explainSkip(kind);
    if (reason !== undefined) skipped.push({ file, reason });
    if (reason !== undefined || (!candidate.named && kind.kind === 'other')) continue;
    const decoded = decodePolicy(bytes, file);
    if (!decoded.ok) {
      files.push({ file, index: undefined, diagnostics: decoded.diagnostics, suppressed: [] });
      continue;
    }
    const name = candidate.path === STDIN ? run.stdinName : candidate.path;
    const settings = run.findSettings(name === undefined ? undefined : resolve(context.cwd, name));
    const judge = createJudge(file, kind, { settings, ignores: run.ignores, findEmbedded });
    const result = run.fix === undefined ? undefined : fixText(decoded.text, judge, run.fix.safety);
    const text = result?.text ?? decoded.text;
    if (text !== decoded.text) {
      run.fix?.keep({ path: candidate.path, file, before: decoded.text, after: text });
    }
    fixed += result?.applied ?? 0;
    const { index, diagnostics, suppressed } = judge(text);
    files.push({ file, index, diagnostics, suppressed });
  }
  return { files, skipped, fixed };
}

function nameOf({ path }: Candidate, { stdinName }: LintRun): string {
  return path === STDIN ? (stdinName ?? 'standard input') : path;
}
