import { createTextIndex } from '@agentpolicy/core';
import { classifyText } from '../files/classify-text.ts';
import { createEmbeddedFinder } from '../lint/config-map/find-embedded.ts';
import { createPlaceMap } from '../lint/config-map/place-map.ts';

/** A policy's text and a place in it. */
export interface PolicyAt {
  readonly text: string;
  readonly offset: number;
}

/** The policy that an offset of a file is in: the file itself, or one in a literal block of a ConfigMap. */
export function findPolicyAt(text: string, offset: number): PolicyAt | undefined {
  switch (classifyText(text).kind) {
    case 'policy':
      return { text, offset };
    case 'other-group':
      return undefined;
    case 'config-map':
      return findEmbeddedAt(text, offset);
    case 'other':
      // A policy that is begun says its version before it says its kind.
      return text.includes('apiVersion: aip.io/') ? { text, offset } : undefined;
  }
}

function findEmbeddedAt(text: string, offset: number): PolicyAt | undefined {
  const found = createEmbeddedFinder()(text);
  if (!found.ok) return undefined;
  const policy = found.policies.find(({ start, end }) => start <= offset && offset <= end);
  if (policy === undefined) return undefined;
  const index = createTextIndex(text);
  const { lines } = createPlaceMap(policy, index);
  if (lines === undefined) return undefined;
  const { line, column } = index.positionAt(offset);
  const before = policy.text.split('\n').slice(0, line - lines.before - 1);
  const start = before.reduce((sum, each) => sum + each.length + 1, 0);
  return { text: policy.text, offset: start + Math.max(0, column - 1 - lines.indent) };
}
