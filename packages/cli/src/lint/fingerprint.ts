import { createHash } from 'node:crypto';
import type { Diagnostic, TextIndex } from '@agentpolicy/core';

/**
 * Names a finding within its file so that it is known again after lines above it came or went: its code and the
 * text of the line that it is on. The message is no part of it, since a new version may word it better.
 */
export function fingerprintOf(diagnostic: Diagnostic, index: TextIndex | undefined): string {
  const line = index?.lineText(diagnostic.location.range.start.line).trim() ?? '';
  return createHash('sha256').update(`${diagnostic.code}\n${line}`, 'utf8').digest('hex').slice(0, 32);
}
