import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '@agentpolicy/core';
import { RULES } from '@agentpolicy/lint';
import { relativeUnix } from '../../files/repository.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { LintedFile, SuppressedFinding } from '../linted-file.ts';
import type { BaselineEntry } from './baseline-file.ts';

export interface BaselineResult {
  readonly files: readonly LintedFile[];
  /** How many known findings are not found any more. */
  readonly gone: number;
}

/** What of a run a baseline refers to. */
export interface BaselineScope {
  readonly cwd: string;
  /** The baseline's absolute path. */
  readonly path: string;
}

/** Only what a rule finds can be known and let be: a policy that can't be read is never in order. */
function isEligible({ code }: Diagnostic): boolean {
  return RULES.some(({ meta }) => meta.name === code);
}

function nameOf({ cwd, path }: BaselineScope, file: string): string {
  return relativeUnix(dirname(path), resolve(cwd, file));
}

function keyOf(file: string, code: string, fingerprint: string): string {
  return `${file}\n${code}\n${fingerprint}`;
}

/** Keeps known findings quiet, each as often as the baseline has it. */
export function applyBaseline(
  files: readonly LintedFile[],
  entries: readonly BaselineEntry[],
  scope: BaselineScope,
): BaselineResult {
  const left = new Map<string, number>();
  for (const { file, code, fingerprint, count } of entries) {
    const key = keyOf(file, code, fingerprint);
    left.set(key, (left.get(key) ?? 0) + count);
  }
  const quieted = files.map((file): LintedFile => {
    const known: SuppressedFinding[] = [];
    const diagnostics = file.diagnostics.filter((diagnostic) => {
      const key = keyOf(nameOf(scope, file.file), diagnostic.code, fingerprintOf(diagnostic, file.index));
      const count = left.get(key) ?? 0;
      if (count === 0 || !isEligible(diagnostic)) return true;
      left.set(key, count - 1);
      known.push({ diagnostic, by: 'baseline', reason: null });
      return false;
    });
    return { ...file, diagnostics, suppressed: [...file.suppressed, ...known] };
  });
  const linted = new Set(files.map(({ file }) => nameOf(scope, file)));
  let gone = 0;
  for (const [key, count] of left) {
    const [file = ''] = key.split('\n');
    if (linted.has(file) || !isThere(scope, file)) gone += count;
  }
  return { files: quieted, gone };
}

function isThere({ path }: BaselineScope, file: string): boolean {
  return existsSync(resolve(dirname(path), file));
}

/** The baseline as it should be now; of files that were not linted and still exist it keeps what it had. */
export function updateBaseline(
  files: readonly LintedFile[],
  before: readonly BaselineEntry[],
  scope: BaselineScope,
): readonly BaselineEntry[] {
  const found = new Map<string, BaselineEntry>();
  for (const { file, diagnostics, index } of files) {
    for (const diagnostic of diagnostics.filter(isEligible)) {
      const name = nameOf(scope, file);
      const fingerprint = fingerprintOf(diagnostic, index);
      const key = keyOf(name, diagnostic.code, fingerprint);
      const count = (found.get(key)?.count ?? 0) + 1;
      found.set(key, { file: name, code: diagnostic.code, fingerprint, count });
    }
  }
  const linted = new Set(files.map(({ file }) => nameOf(scope, file)));
  const kept = before.filter(({ file }) => !linted.has(file) && isThere(scope, file));
  return [...kept, ...found.values()];
}
