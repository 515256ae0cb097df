import type { Findings } from './findings.ts';

/** 1 MiB: a policy's text is refused past it, before anything is parsed. */
export const DEFAULT_MAX_BYTES = 1_048_576;

/** So many bad characters are reported one by one; a binary file would have as many as bytes. */
const MAX_REPORTED = 10;

const BYTE_ORDER_MARK = 0xfeff;

/** YAML 1.2 §5.1: tab, line feed, carriage return and next line are the only control characters. */
function isControl(code: number): boolean {
  if (code < 0x20) return code !== 0x09 && code !== 0x0a && code !== 0x0d;
  return (code >= 0x7f && code < 0xa0 && code !== 0x85) || code === 0xfffe || code === 0xffff;
}

function isLoneSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0xd800 || code > 0xdfff) return false;
  if (code < 0xdc00) {
    const next = text.charCodeAt(at + 1);
    return !(next >= 0xdc00 && next <= 0xdfff);
  }
  const before = text.charCodeAt(at - 1);
  return !(before >= 0xd800 && before <= 0xdbff);
}

/** Whether a string holds half a character: an escape can write what UTF-8 can't carry. */
export function hasLoneSurrogate(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (isLoneSurrogate(text, at)) return true;
  return false;
}

function formatCodePoint(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Checks a text's size and characters. False where it must not be parsed at all.
 */
export function checkText(text: string, maxBytes: number, findings: Findings): boolean {
  // Every UTF-16 unit is at least one byte: a huge text is not even counted.
  const bytes = text.length > maxBytes ? text.length : Buffer.byteLength(text);
  if (bytes > maxBytes) {
    findings.add({
      code: 'too-large',
      message: `the policy is larger than ${maxBytes} bytes`,
      help: 'split the policy, or raise the limit where it is read',
      pointer: '',
      span: { start: 0, end: 0 },
    });
    return false;
  }
  // Nearly every policy is plain ASCII.
  if (!/[^\t\n\r -~]/.test(text)) return true;
  const before = findings.size;
  for (let at = 0; at < text.length && findings.size - before < MAX_REPORTED; at++) {
    checkCharacter(text, at, findings);
  }
  return findings.size === before;
}

function checkCharacter(text: string, at: number, findings: Findings): void {
  const code = text.charCodeAt(at);
  if (code >= 0x20 && code < 0x7f) return;
  const place = { pointer: '', span: { start: at, end: at + 1 } };
  if (code === BYTE_ORDER_MARK && at > 0) {
    findings.add({
      ...place,
      code: 'byte-order-mark',
      message: 'a byte order mark inside the text',
      help: 'delete the character: it is invisible, and may only stand at the very beginning',
    });
  } else if (isControl(code)) {
    findings.add({
      ...place,
      code: 'control-character',
      message: `the control character ${formatCodePoint(code)} in the text`,
      help: `delete it, or write it as an escape in double quotes`,
    });
  } else if (isLoneSurrogate(text, at)) {
    findings.add({
      ...place,
      code: 'lone-surrogate',
      message: `${formatCodePoint(code)} is half of a character`,
      help: 'save the file as UTF-8',
    });
  }
}
