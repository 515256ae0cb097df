import { getMember } from '@agentpolicy/core';
import {
  canonicalizeDefinition,
  copyText,
  type HashAlgorithm,
  hashDefinition,
  type OpenRequest,
  type RequestMessage,
  type ToolPage,
} from '@agentpolicy/message';
import { checkPin, describeDefinition, type PinnedPart, type PinStore } from './pins.ts';

/** How many tools are remembered; calls of others count as calls of tools that are not listed. */
const MAX_TOOLS = 10_000;

/** One definition of a tool, as far as it is checked. */
export interface SeenDefinition {
  /** `schema_hash` for each algorithm that the policy names. */
  readonly hashes: readonly string[];
  /** The parts that differ from the pinned definition. */
  readonly drift: readonly PinnedPart[];
}

/** What is known of a tool by its exact name. A server that repeats a name has several definitions of it. */
export type CatalogEntry =
  | { readonly kind: 'listed'; readonly definitions: readonly SeenDefinition[] }
  /** The whole list was seen, and it is not in it. */
  | { readonly kind: 'absent' }
  /** The list was not seen, or not all of it. */
  | { readonly kind: 'unknown' };

interface Place {
  readonly isFirst: boolean;
  readonly generation: number;
}

/** The definitions of a server's current list of tools. */
export class ToolCatalog {
  private readonly pins: PinStore | null;
  private algorithms: readonly HashAlgorithm[];
  private readonly places = new WeakMap<OpenRequest, Place>();
  private readonly definitions = new Map<string, SeenDefinition[]>();
  private generation = 0;
  private complete = false;

  constructor(algorithms: readonly HashAlgorithm[], pins: PinStore | null) {
    this.algorithms = algorithms;
    this.pins = pins;
  }

  /** Other hashes are wanted from now on: what was seen is forgotten. */
  want(algorithms: readonly HashAlgorithm[]): void {
    this.algorithms = algorithms;
    this.forget();
  }

  /** A page of the list is asked for. */
  asked(request: OpenRequest, message: RequestMessage): void {
    const cursor = message.params === undefined ? undefined : getMember(message.params, 'cursor');
    const isFirst = cursor === undefined || cursor.kind === 'null';
    this.places.set(request, { isFirst, generation: this.generation });
  }

  /** A page came. One that continues a list which is no longer the current one teaches nothing, but is pinned. */
  learn(request: OpenRequest, page: ToolPage): ReadonlyMap<string, readonly SeenDefinition[]> {
    const place = this.places.get(request);
    const isCurrent = place !== undefined && this.takePlace(place);
    const seen = new Map<string, SeenDefinition[]>();
    for (const tool of page.tools) {
      const canonical = this.algorithms.length === 0 ? '' : canonicalizeDefinition(tool);
      const definition: SeenDefinition = {
        hashes: this.algorithms.map((algorithm) => hashDefinition(canonical, algorithm)),
        drift: this.pins === null ? [] : checkPin(this.pins, tool.name, describeDefinition(tool)),
      };
      remember(seen, tool.name, definition);
      if (isCurrent && (this.definitions.size < MAX_TOOLS || this.definitions.has(tool.name)))
        remember(this.definitions, tool.name, definition);
    }
    if (isCurrent) this.complete = !page.hasMore;
    return seen;
  }

  /** The server says that its list changed. */
  forget(): void {
    this.definitions.clear();
    this.complete = false;
    this.generation++;
  }

  find(name: string): CatalogEntry {
    const definitions = this.definitions.get(name);
    if (definitions !== undefined) return { kind: 'listed', definitions };
    return { kind: this.complete ? 'absent' : 'unknown' };
  }

  private takePlace(place: Place): boolean {
    if (place.isFirst) this.forget();
    return place.isFirst || (place.generation === this.generation && this.generation > 0);
  }
}

/** A copy of the name of its own: a slice would keep the whole message in memory. */
function remember(map: Map<string, SeenDefinition[]>, name: string, definition: SeenDefinition): void {
  const known = map.get(name);
  if (known === undefined) map.set(copyText(name), [definition]);
  else if (!known.some((each) => isSame(each, definition))) known.push(definition);
}

function isSame(a: SeenDefinition, b: SeenDefinition): boolean {
  return a.hashes.join() === b.hashes.join() && a.drift.join() === b.drift.join();
}
