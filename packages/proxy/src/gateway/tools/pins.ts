import { PINNED_PARTS, type PinnedDefinition, type PinnedPart } from './definition-hash.ts';

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
