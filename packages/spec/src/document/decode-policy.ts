import { createTextIndex, type Diagnostic } from '@agentpolicy/core';
import { createFindings } from '../source/findings.ts';

export type DecodePolicyResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** UTF-16 begins with one of these; editors on Windows still write it. */
function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** How many bytes from the beginning are valid UTF-8. */
function countValid(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  // A prefix of valid UTF-8 is valid when the decoder is told that more follows.
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, middle), {
        stream: true,
      });
      low = middle;
    } catch {
      high = middle - 1;
    }
  }
  return low;
}

/**
 * Decodes a policy file's bytes as UTF-8. Invalid bytes are refused rather than replaced: a replaced character would
 * be another name or another pattern.
 */
export function decodePolicy(bytes: Uint8Array, file: string): DecodePolicyResult {
  const lenient = { ignoreBOM: true } as const;
  try {
    return { ok: true, text: new TextDecoder('utf-8', { ...lenient, fatal: true }).decode(bytes) };
  } catch {
    const valid = new TextDecoder('utf-8', lenient).decode(bytes.subarray(0, countValid(bytes)), {
      stream: true,
    });
    const index = createTextIndex(valid);
    const findings = createFindings({ file, rangeAt: index.rangeAt });
    findings.add({
      code: 'invalid-utf8',
      message: isUtf16(bytes) ? 'the file is UTF-16, not UTF-8' : 'the file is not UTF-8 from here on',
      help: 'save the file as UTF-8',
      pointer: '',
      span: { start: valid.length, end: valid.length },
    });
    return { ok: false, diagnostics: findings.list() };
  }
}
