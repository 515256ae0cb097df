import { findPolicyField } from '@agentpolicy/spec';
import { describeField } from './describe-field.ts';
import { describePattern } from './describe-pattern.ts';
import { findCursor } from './find-cursor.ts';
import { findPolicyAt } from './policy-at.ts';

/** Values that are patterns, by their field's path in the catalogue. */
const PATTERN_PATHS: ReadonlySet<string> = new Set([
  '/spec/tool_rules/*/allow_args/*',
  '/spec/dlp/patterns/*/regex',
]);

/** What is to be said about the field or the pattern at an offset, in Markdown. */
export function describeAt(text: string, offset: number): string | undefined {
  const policy = findPolicyAt(text, offset);
  const cursor = policy === undefined ? undefined : findCursor(policy.text, policy.offset);
  const field = cursor === undefined ? undefined : findPolicyField(cursor.pointer);
  if (cursor === undefined || field === undefined) return undefined;
  const { value } = cursor.scalar;
  const isPattern = cursor.part === 'value' && PATTERN_PATHS.has(field.path) && typeof value === 'string';
  return isPattern ? `${describePattern(value)}\n\n---\n\n${describeField(field)}` : describeField(field);
}
