import { compilePolicy } from '@agentpolicy/compiler';
import { createTextIndex, type DecisionTable, type Diagnostic } from '@agentpolicy/core';
import { decodePolicy, type PolicyDocument, parsePolicy } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { renderDiagnostic } from '../report/diagnostics-pretty.ts';
import { STDIN } from './read-text.ts';

/** Reads and compiles a policy's bytes; what is wrong with them is told as by readPolicy. */
export function compileFile(
  context: CommandContext,
  path: string,
  bytes: Buffer,
): { readonly document: PolicyDocument; readonly table: DecisionTable } {
  const document = readPolicy(context, path, bytes);
  const compiled = compilePolicy(document);
  if (compiled.ok) return { document, table: compiled.table };
  return refuseText(context, path, document.text, compiled.diagnostics);
}

/** Reads a policy's bytes; what is wrong with them goes to standard error, and the command ends with a usage error. */
export function readPolicy(context: CommandContext, path: string, bytes: Buffer): PolicyDocument {
  const name = path === STDIN ? 'standard input' : path;
  const decoded = decodePolicy(bytes, name);
  if (!decoded.ok) return refuseText(context, path, '', decoded.diagnostics);
  const parsed = parsePolicy(decoded.text, name);
  return parsed.ok ? parsed.document : refuseText(context, path, decoded.text, parsed.diagnostics);
}

function refuseText(
  context: CommandContext,
  path: string,
  text: string,
  diagnostics: readonly Diagnostic[],
): never {
  const index = createTextIndex(text);
  for (const diagnostic of diagnostics)
    context.warn(...renderDiagnostic(diagnostic, () => index, context.style));
  const name = path === STDIN ? 'standard input' : path;
  throw new CliError(`\`${name}\` is no policy that can be enforced`, `run: aip lint ${path}`);
}
