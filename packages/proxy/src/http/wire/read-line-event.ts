import { createLineReader, type LineEvent } from '@agentpolicy/message';
import { flattenJson } from './flatten-json.ts';

/** A message's bytes as the one line that the gateway takes; null where there are none. */
export function readLineEvent(bytes: Uint8Array, maxBytes: number): LineEvent | null {
  const flat = flattenJson(bytes);
  const reader = createLineReader({ maxBytes });
  const events = [...reader.push(flat), ...reader.end()];
  if (events.length <= 1) return events[0] ?? null;
  // A line end inside a string is no JSON: as one text it is refused as such.
  const text = Buffer.from(flat).toString('utf8');
  return { kind: 'line', text, bytes: flat.length };
}
