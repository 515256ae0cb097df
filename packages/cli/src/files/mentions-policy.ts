const KIND = 'AgentPolicy';

/** An escape of double quotes that may stand for a character of the word, or for nothing, in a value of a value too. */
const ESCAPE =
  /(?<!\\)\\+(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|\r?\n[ \t\r\n]*|[nrt][ \t]*)/g;

/**
 * Whether a text may spell `AgentPolicy`: as it is, or with the escapes of YAML's double quotes, those of a policy in a
 * ConfigMap's value included. False only where no reader of YAML finds the word.
 */
export function mentionsPolicy(text: string): boolean {
  if (text.includes(KIND)) return true;
  if (!text.includes('\\')) return false;
  // Once for the file, once for a text in one of its values.
  return decodeEscapes(decodeEscapes(text)).replaceAll('\\', '').includes(KIND);
}

/** As `mentionsPolicy`; bytes without the word are not decoded as what they are. */
export function mentionsPolicyBytes(bytes: Buffer): boolean {
  return bytes.includes(KIND) || (bytes.includes('\\') && mentionsPolicy(bytes.toString('latin1')));
}

function decodeEscapes(text: string): string {
  return text.replace(ESCAPE, (_, x?: string, u?: string, long?: string) => {
    const digits = x ?? u ?? long;
    const code = digits === undefined ? 0 : Number.parseInt(digits, 16);
    return code === 0 || code > 0x7f ? '' : String.fromCodePoint(code);
  });
}
