import { quoteJson } from '@agentpolicy/core';

const ERRORS = /^(?:INTERNAL_ERROR|AUDIT_FAILED|RELOAD_FAILED|PIN_FAILED)\b/;
const WARNINGS = /^(?:WARNING|BLOCKED|RATE_LIMITED|REFUSED|DLP_|SCHEMA_|RELOAD_REFUSED|ALLOW_MONITOR)/;
const EVENT = /^([A-Z][A-Z_]{2,40})(?: \([a-z-]+\))?: /;

/** A line of the proxy's as one JSON object: its first word, where it is a name, says what happened. */
export function formatOwnLine(text: string, time: Date): string {
  const level = ERRORS.test(text) ? 'error' : WARNINGS.test(text) ? 'warn' : 'info';
  const event = EVENT.exec(text)?.[1];
  const named = event === undefined ? '' : `,"event":"${event}"`;
  return `{"time":"${time.toISOString()}","level":"${level}","source":"proxy"${named},"message":${quoteJson(text)}}\n`;
}

/** A line that the server wrote. */
export function formatServerLine(text: string, time: Date): string {
  return `{"time":"${time.toISOString()}","level":"info","source":"server","message":${quoteJson(text)}}\n`;
}
