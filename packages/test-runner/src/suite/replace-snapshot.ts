import { isMap, isNode, isScalar, parseDocument } from 'yaml';

/** The suite's text with this section `snapshot` at its end, and without the one that it had. Nothing else changes. */
export function replaceSnapshot(text: string, section: string): string {
  const kept = removeSnapshot(text).trimEnd();
  return `${kept}\n\n${section}`;
}

const COMMENT = /# Written by `aip test --update`[^\n]*\n$/;

function removeSnapshot(text: string): string {
  const { contents } = parseDocument(text, { version: '1.2', schema: 'core' });
  if (!isMap(contents)) return text;
  for (const { key, value } of contents.items) {
    if (!isScalar(key) || key.value !== 'snapshot' || !key.range) continue;
    const [start] = key.range;
    const end = isNode(value) && value.range ? value.range[1] : key.range[1] + 1;
    const before = text.slice(0, start);
    return before.slice(0, before.length - (COMMENT.exec(before)?.[0].length ?? 0)) + text.slice(end);
  }
  return text;
}
