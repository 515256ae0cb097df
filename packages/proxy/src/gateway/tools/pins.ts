import { createHash } from 'node:crypto';
import { getMember, type JsonObject } from '@agentpolicy/core';
import { canonicalizeAsParsed, type ListedTool } from '@agentpolicy/message';

/** The fields of a definition that are pinned, each by itself, so that a change can be named. */
export const PINNED_PARTS = ['annotations', 'description', 'inputSchema', 'outputSchema', 'title'] as const;

export type PinnedPart = (typeof PINNED_PARTS)[number];

/** SHA-256 of each field that a definition has, in hexadecimal; null for one that it does not have. */
export type PinnedDefinition = Readonly<Record<PinnedPart, string | null>>;

/** The definitions that were seen first. */
export interface PinStore {
  get(name: string): PinnedDefinition | undefined;
  /** Remembers a definition that was not there. */
  add(name: string, definition: PinnedDefinition): void;
  /** Makes what was added last. Gives what went wrong, for the operator; the pins hold for this run all the same. */
  save(): string | null;
}

/** Pins the definition where the name is new, and tells the parts that differ from the pinned one. */
export function checkPin(pins: PinStore, name: string, definition: PinnedDefinition): readonly PinnedPart[] {
  const pinned = pins.get(name);
  if (pinned !== undefined) return PINNED_PARTS.filter((part) => pinned[part] !== definition[part]);
  pins.add(name, definition);
  return [];
}

/** The hashes that a definition is pinned by. */
export function describeDefinition({ node }: ListedTool): PinnedDefinition {
  return {
    annotations: hashPart(node, 'annotations'),
    description: hashPart(node, 'description'),
    inputSchema: hashPart(node, 'inputSchema'),
    outputSchema: hashPart(node, 'outputSchema'),
    title: hashPart(node, 'title'),
  };
}

function hashPart(node: JsonObject, part: PinnedPart): string | null {
  const value = getMember(node, part);
  return value === undefined
    ? null
    : createHash('sha256').update(canonicalizeAsParsed(value), 'utf8').digest('hex');
}
