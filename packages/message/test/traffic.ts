import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getMember, readJson } from '@agentpolicy/core';
import type { Side } from '../src/index.ts';

const traces = fileURLToPath(new URL('../../../../shared/traces/', import.meta.url));

/** Recorded traffic is shared beside the repository and not part of it. */
export const hasTraffic = existsSync(traces);

export interface RecordedMessage {
  readonly file: string;
  readonly from: Side;
  /** The message byte for byte, repeated keys included. */
  readonly text: string;
}

/** The position just behind the JSON value that begins at `start`: repeated keys do not stop it. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) return at + 1;
  }
  throw new Error('the record is cut');
}

/** Every recorded message of both directions. */
export function readTraffic(): readonly RecordedMessage[] {
  const messages: RecordedMessage[] = [];
  if (!hasTraffic) return messages;
  for (const file of readdirSync(traces).filter((name) => name.endsWith('.jsonl'))) {
    for (const line of readFileSync(`${traces}${file}`, 'utf8').split('\n')) {
      const from = line.includes('"direction":"c2s"') ? 'client' : 'server';
      const raw = line.indexOf('"raw":');
      if (raw !== -1) {
        messages.push({ file, from, text: line.slice(raw + 6, endOfValue(line, raw + 6)) });
        continue;
      }
      const record = readJson(line);
      if (!record.ok || record.value.kind !== 'object' || !line.includes('"unparsed":true')) continue;
      const text = getMember(record.value, 'text');
      if (text?.kind === 'string') messages.push({ file, from, text: text.value });
    }
  }
  return messages;
}
