import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodePolicy, parsePolicy } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { describeFileProblem, readHead } from '../input/read-text.ts';
import { replaceFile } from '../wrap/write-config.ts';
import type { Subject } from './read-subject.ts';

interface Signed {
  /** Where it is written to, and what was signed: as the command line names them. */
  readonly output: string;
  readonly input: string;
  readonly subject: Subject;
  /** The signed policy, or the signature of a table. */
  readonly text: string;
}

/** More than a signed policy or a signature has. */
const MAX_REPLACED = 16 * 1024 * 1024;

/**
 * Writes what was signed. It takes the place of the policy that was signed, and of what was signed before: the same
 * policy, or a table's signature.
 * @throws CliError where something else is there.
 */
export function writeSigned(context: CommandContext, { output, input, subject, text }: Signed): void {
  const named = resolve(context.cwd, output);
  const there = existsSync(named) ? readReplaced(named, output) : null;
  const isInput = subject.kind === 'policy' && there?.path === pathOf(resolve(context.cwd, input));
  if (there !== null && !isInput && !isFromBefore(there.bytes, subject))
    throw new CliError(
      `\`${output}\` exists, and is ${subject.kind === 'table' ? 'no signature of a table' : 'not this policy, signed before'}`,
      'give another name, or remove it first',
    );
  replaceFile(there?.path ?? named, text);
}

/** What a link leads to is written, and the link stays one. */
function pathOf(path: string): string | null {
  return existsSync(path) ? realpathSync(path) : null;
}

/** @throws CliError where it is no file: a pipe can't be replaced. */
function readReplaced(named: string, shown: string): { readonly path: string; readonly bytes: Buffer } {
  try {
    const bytes = readHead(named, MAX_REPLACED);
    return { path: realpathSync(named), bytes };
  } catch (failure) {
    throw new CliError(
      `can't write \`${shown}\`: ${describeFileProblem(failure)}`,
      'give -o FILE; -o - is standard output',
    );
  }
}

/** Nothing is lost with it. */
function isFromBefore(bytes: Buffer, subject: Subject): boolean {
  if (bytes.length === 0) return true;
  if (subject.kind === 'table')
    return /^ed25519:[\w+/=-]*\s*$/.test(bytes.subarray(0, 1024).toString('latin1'));
  const decoded = decodePolicy(bytes, 'policy');
  const parsed = decoded.ok ? parsePolicy(decoded.text, 'policy') : decoded;
  if (!parsed.ok) return false;
  const { metadata } = parsed.document.policy;
  const isSigned = 'signature' in metadata && metadata.signature !== undefined;
  return isSigned && metadata.name === subject.document.policy.metadata.name;
}
