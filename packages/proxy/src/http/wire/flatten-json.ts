const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/**
 * Puts JSON on one line: line ends and tabs between its tokens become spaces. Those inside a string, where JSON forbids
 * them, stay, and the message is refused for them.
 */
export function flattenJson(bytes: Uint8Array): Uint8Array {
  const flat = Uint8Array.from(bytes);
  let inString = false;
  for (let at = 0; at < flat.length; at++) {
    const byte = flat[at];
    if (inString && byte === BACKSLASH) at++;
    else if (byte === QUOTE) inString = !inString;
    else if (!inString && (byte === 0x0a || byte === 0x0d || byte === 0x09)) flat[at] = SPACE;
  }
  return flat;
}
