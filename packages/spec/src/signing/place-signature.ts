import type { PolicyDocument } from '../document/policy-document.ts';

interface Member {
  readonly keyStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/**
 * The policy's text with `metadata.signature` set to a signature; everything else stays as it is, comments and
 * quoting too. Undefined where the YAML leaves no place for it that touches nothing else (anchors, text over
 * several lines): whoever calls this reads the text again and verifies it before it is written anywhere.
 */
export function placeSignature(document: PolicyDocument, signature: string): string | undefined {
  const members = document.listKeys('/metadata');
  if (members.includes('signature')) return replaceValue(document, signature);
  for (const name of members.toReversed()) {
    const placed = insertAfter(document, locateMember(document, name), signature);
    if (placed !== undefined) return placed;
  }
  return undefined;
}

function locateMember(document: PolicyDocument, name: string): Member {
  const pointer = `/metadata/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const key = document.locate(pointer, 'key').range;
  const value = document.locate(pointer, 'value').range;
  return { keyStart: key.start.offset, valueStart: value.start.offset, valueEnd: value.end.offset };
}

function replaceValue(document: PolicyDocument, signature: string): string | undefined {
  const { valueStart, valueEnd } = locateMember(document, 'signature');
  const before = document.text.slice(valueStart, valueEnd);
  if (before.includes('\n') || '&*!|>'.includes(before[0] ?? '&')) return undefined;
  return splice(document.text, valueStart, valueEnd, quoteLike(before, signature));
}

/** A signature holds a colon, so JSON and flow mappings want it quoted; a block mapping reads it either way. */
function quoteLike(example: string, signature: string): string {
  return example.startsWith("'") ? `'${signature}'` : `"${signature}"`;
}

function insertAfter(document: PolicyDocument, member: Member, signature: string): string | undefined {
  const { text } = document;
  const { keyStart, valueStart, valueEnd } = member;
  const value = text.slice(valueStart, valueEnd);
  if (value === '' || value.includes('\n') || '&*!|>'.includes(value[0] ?? '&')) return undefined;
  const lineStart = text.lastIndexOf('\n', keyStart - 1) + 1;
  const before = text.slice(lineStart, keyStart);
  const lineBreak = text.indexOf('\n', valueEnd);
  const lineEnd = lineBreak === -1 ? text.length : lineBreak;
  const rest = text.slice(valueEnd, lineEnd);
  if (/^ *$/.test(before) && /^(?: +#.*| *)\r?$/.test(rest) && !isInFlow(document)) {
    const end = rest.endsWith('\r') ? '\r\n' : '\n';
    const at = lineEnd - (rest.endsWith('\r') ? 1 : 0);
    return splice(text, at, at, `${end}${before}signature: "${signature}"`);
  }
  if (!isInFlow(document)) return undefined;
  const key = text[keyStart] === '"' ? '"signature"' : 'signature';
  const gap = /^[ \t]*$/.test(before) && before !== '' ? `\n${before}` : ' ';
  return splice(text, valueEnd, valueEnd, `,${gap}${key}: "${signature}"`);
}

function isInFlow(document: PolicyDocument): boolean {
  const { start } = document.locate('/metadata', 'value').range;
  return document.text[start.offset] === '{';
}

function splice(text: string, start: number, end: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}
