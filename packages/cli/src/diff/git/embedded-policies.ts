import { createHash } from 'node:crypto';
import { createTextIndex, type Range } from '@agentpolicy/core';
import type { EmbeddedPolicy } from '../../lint/config-map/find-embedded.ts';
import { createPlaceMap } from '../../lint/config-map/place-map.ts';
import { type RevisionFile, readName } from './revision-file.ts';

/** The policies in a file's ConfigMaps, as files of their own: named by the policy, or else by their order. */
export function listEmbedded(
  path: string,
  text: string,
  policies: readonly EmbeddedPolicy[],
): readonly RevisionFile[] {
  const index = createTextIndex(text);
  const names = policies.map((policy) => readName(policy.text));
  return policies.map((policy, at): RevisionFile => {
    const name = names[at] ?? null;
    const isOnly = name !== null && names.filter((each) => each === name).length === 1;
    const bytes = Buffer.from(policy.text);
    const { lines } = createPlaceMap(policy, index);
    const whole = index.rangeAt(policy.start, policy.end);
    return {
      path: `${path}#${isOnly ? name : at + 1}`,
      blob: createHash('sha256').update(bytes).digest('hex'),
      bytes,
      policyName: name,
      embedding: {
        file: path,
        shift: (range) => (lines === undefined ? whole : shiftRange(range, lines)),
      },
    };
  });
}

function shiftRange({ start, end }: Range, { before, indent }: { before: number; indent: number }): Range {
  const move = ({ line, column }: Range['start']) => ({
    line: line + before,
    column: column + indent,
    offset: 0,
  });
  return { start: move(start), end: move(end) };
}
