import { createTextIndex, type Fix, type TextIndex } from '@agentpolicy/core';
import type { EmbeddedPolicy } from './find-embedded.ts';

/** Leads from places in an embedded policy to places in the file around it. */
export interface PlaceMap {
  toFile(start: number, end: number): { readonly start: number; readonly end: number };
  /** Undefined where the file's own form does not allow the change. */
  fixInFile(fix: Fix): Fix | undefined;
  /** The file's line of the policy's line, and how far its columns are to the right; undefined without lines. */
  readonly lines: { readonly before: number; readonly indent: number } | undefined;
}

/** Lines of a literal block are the policy's lines behind the block's indentation; other forms are one place. */
export function createPlaceMap(policy: EmbeddedPolicy, index: TextIndex): PlaceMap {
  const block = policy.literal ? readBlock(policy, index) : undefined;
  const whole = { start: policy.start, end: policy.end };
  if (block === undefined) return { toFile: () => whole, fixInFile: () => undefined, lines: undefined };
  const { inner, starts, before, indent } = block;
  const last = starts.length - 1;
  const offsetOf = (offset: number): number => {
    const { line, column } = inner.positionAt(offset);
    return (starts[line - 1] ?? policy.end) + column - 1;
  };
  return {
    lines: { before, indent },
    toFile: (start, end) => ({ start: offsetOf(start), end: offsetOf(end) }),
    fixInFile(fix) {
      // Behind the last line there is no indentation that new text could follow.
      if (fix.edits.some(({ end }) => inner.positionAt(end).line > last)) return undefined;
      const lineBreak = `\n${' '.repeat(indent)}`;
      const edits = fix.edits.map(({ start, end, newText }) => ({
        start: offsetOf(start),
        end: offsetOf(end),
        newText: newText.replaceAll('\n', lineBreak),
      }));
      return { ...fix, edits };
    },
  };
}

interface Block {
  readonly inner: TextIndex;
  /** Where the text of each line begins in the file. */
  readonly starts: readonly number[];
  readonly before: number;
  readonly indent: number;
}

/** Undefined where the lines are not found again as they are: then no place is better than a wrong one. */
function readBlock(policy: EmbeddedPolicy, index: TextIndex): Block | undefined {
  const inner = createTextIndex(policy.text);
  const before = index.positionAt(policy.start).line;
  const lines = policy.text.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const indent = index.lineText(before + 1 + first).length - (lines[first]?.length ?? 0);
  if (first === -1 || indent < 0) return undefined;
  const starts: number[] = [];
  let offset = index.text.indexOf('\n', policy.start) + 1;
  for (const [at, line] of lines.entries()) {
    const written = index.lineText(before + 1 + at);
    const isLast = at === lines.length - 1;
    if (!isLast && written.slice(indent) !== line) return undefined;
    starts.push(isLast && line === '' ? policy.end : offset + Math.min(indent, written.length));
    offset = index.text.indexOf('\n', offset) + 1;
  }
  return { inner, starts, before, indent };
}
