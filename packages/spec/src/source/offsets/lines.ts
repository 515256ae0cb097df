/** Where the line break at an offset ends: after LF, or after CR LF. */
export function skipBreak(source: string, at: number): number {
  return source[at] === '\r' && source[at + 1] === '\n' ? at + 2 : at + 1;
}

/** Whether a line break begins at an offset. A CR alone is none. */
export function isBreak(source: string, at: number): boolean {
  return source[at] === '\n' || (source[at] === '\r' && source[at + 1] === '\n');
}

export function isBlank(source: string, at: number): boolean {
  return source[at] === ' ' || source[at] === '\t';
}

export function skipBlanks(source: string, from: number): number {
  let at = from;
  while (isBlank(source, at)) at++;
  return at;
}
