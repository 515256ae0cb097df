import type { Fix } from '@agentpolicy/core';
import type { Span } from '../source/tree.ts';

/** A fix that writes a known name over a mistyped one, in the quotes that it had: JSON needs them. */
export function replaceName(text: string, { start, end }: Span, name: string): Fix {
  const first = text.charAt(start);
  const quote = first === '"' || first === "'" ? first : '';
  return {
    title: `write \`${name}\``,
    safety: 'unsafe',
    edits: [{ start, end, newText: `${quote}${name}${quote}` }],
  };
}
