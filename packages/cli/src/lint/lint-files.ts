import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { RULES } from '@agentpolicy/lint';
import { decodePolicy } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { classifyText, type TextKind } from '../files/classify-text.ts';
import type { Candidate } from '../files/find-files.ts';
import { describeFileProblem, readBytes, STDIN } from '../input/read-text.ts';
import { findEmbedded } from './config-map/find-embedded.ts';
import { createConfigMapJudge } from './config-map/judge-config-map.ts';
import type { FixSafety } from './fix/choose-fixes.ts';
import { fixText } from './fix/fix-text.ts';
import { withIgnores } from './ignores/apply-ignores.ts';
import { createPolicyJudge } from './judge/judge-policy.ts';
import type { Judge } from './judge/judgement.ts';
import type { LintedFile, LintReport, SkippedFile } from './linted-file.ts';
import type { FindRuleSettings } from './rule-settings.ts';

export interface LintRun {
  readonly findSettings: FindRuleSettings;
  /** Whether comments may keep findings quiet. */
  readonly ignores: boolean;
  /** Which fixes are written to the files; undefined for none. */
  readonly fix: FixSafety | undefined;
  /** What standard input is called. */
  readonly stdinName: string | undefined;
}

const RULE_NAMES: ReadonlySet<string> = new Set(RULES.map(({ meta }) => meta.name));

/** Lints the files that are policies. What was found in a folder and is no policy is passed over. */
export async function lintFiles(
  context: CommandContext,
  candidates: readonly Candidate[],
  run: LintRun,
): Promise<LintReport> {
  const files: LintedFile[] = [];
  const skipped: SkippedFile[] = [];
  let fixed = 0;
  for (const candidate of candidates) {
    const bytes = await readBytes(context, candidate.path);
    const file = nameOf(candidate, run);
    const kind = classifyBytes(bytes);
    const reason = candidate.named ? undefined : explainSkip(kind);
    if (reason !== undefined) skipped.push({ file, reason });
    if (reason !== undefined || (!candidate.named && kind.kind === 'other')) continue;
    const decoded = decodePolicy(bytes, file);
    if (!decoded.ok) {
      files.push({ file, index: undefined, diagnostics: decoded.diagnostics, suppressed: [] });
      continue;
    }
    const judge = createJudge(context, candidate, file, kind, run);
    const result = run.fix === undefined ? undefined : fixText(decoded.text, judge, run.fix);
    const text = result?.text ?? decoded.text;
    if (text !== decoded.text) writeFixed(context, candidate.path, text);
    fixed += result?.applied ?? 0;
    const { index, diagnostics, suppressed } = judge(text);
    files.push({ file, index, diagnostics, suppressed });
  }
  return { files, skipped, fixed };
}

/** A file's kind, and for a ConfigMap whether it can be read. */
type FileKind = Exclude<TextKind, { readonly kind: 'config-map' }> | ConfigMapKind;

interface ConfigMapKind {
  readonly kind: 'config-map';
  /** Why it can't be read; undefined where it can. */
  readonly problem: string | undefined;
}

function classifyBytes(bytes: Buffer): FileKind {
  // A policy in UTF-16 is none that can be read, which is to be said and not to be passed over.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return refine(bytes.toString('utf16le'));
  // Most of what a folder holds is no policy: it is not even decoded.
  return bytes.includes('AgentPolicy') ? refine(bytes.toString('utf8')) : { kind: 'other' };
}

/** A ConfigMap that only speaks of policies is none to check. */
function refine(text: string): FileKind {
  const kind = classifyText(text);
  if (kind.kind !== 'config-map') return kind;
  const found = findEmbedded(text);
  if (!found.ok) return { kind: 'config-map', problem: found.problem };
  return found.policies.length === 0 ? { kind: 'other' } : { kind: 'config-map', problem: undefined };
}

function nameOf({ path }: Candidate, { stdinName }: LintRun): string {
  return path === STDIN ? (stdinName ?? 'standard input') : path;
}

function explainSkip(kind: FileKind): string | undefined {
  switch (kind.kind) {
    case 'policy':
    case 'other':
      return undefined;
    case 'other-group':
      return `it is an AgentPolicy of ${kind.apiVersion}, another project's`;
    case 'config-map':
      // A template of another tool is often no YAML before that tool has run.
      return kind.problem === undefined ? undefined : `the ConfigMap in it can't be read: ${kind.problem}`;
  }
}

function createJudge(
  context: CommandContext,
  { path }: Candidate,
  file: string,
  { kind }: FileKind,
  run: LintRun,
): Judge {
  const name = path === STDIN ? run.stdinName : path;
  const settings = run.findSettings(name === undefined ? undefined : resolve(context.cwd, name));
  const policyJudge = createPolicyJudge(file, settings.linter);
  const judge = kind === 'config-map' ? createConfigMapJudge(file, policyJudge) : policyJudge;
  if (!run.ignores) return judge;
  return withIgnores(judge, file, { known: RULE_NAMES, hasRun: settings.hasRun });
}

function writeFixed(context: CommandContext, path: string, text: string): void {
  try {
    writeFileSync(resolve(context.cwd, path), text);
  } catch (failure) {
    throw new CliError(`can't write the fixed \`${path}\`: ${describeFileProblem(failure)}`);
  }
}
