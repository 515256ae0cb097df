import { type DecisionTable, getMember, normalizeName } from '@agentpolicy/core';
import {
  canonicalizeDefinition,
  copyText,
  HASH_ALGORITHMS,
  type HashAlgorithm,
  hashDefinition,
  type OpenRequest,
  type RequestMessage,
  type ToolPage,
} from '@agentpolicy/message';

/** What is known of a tool's definition, against the `schema_hash` that the policy wants (v1alpha2 §3.5.4). */
export type DefinitionCheck =
  | { readonly kind: 'fits' }
  /** The server's list was not seen, or not all of it. */
  | { readonly kind: 'definition-unseen' }
  /** The whole list was seen, and the tool is not in it. */
  | { readonly kind: 'tool-absent' }
  | { readonly kind: 'schema-mismatch'; readonly expected: string; readonly actual: string };

const FITS: DefinitionCheck = { kind: 'fits' };

/** How many tools are remembered; others count as not listed. */
const MAX_TOOLS = 10_000;

interface Page {
  readonly isFirst: boolean;
  readonly generation: number;
}

/** Compares the definitions that a server lists with the hashes of the policy. */
export class ToolDefinitions {
  /** By normalized name. */
  private readonly wanted: ReadonlyMap<string, string>;
  private readonly algorithms: readonly HashAlgorithm[];
  private readonly pages = new WeakMap<OpenRequest, Page>();
  /** The hashes of each tool of the current list, by exact name; a server that repeats a name has several. */
  private readonly seen = new Map<string, Set<string>>();
  private generation = 0;
  private isComplete = false;

  constructor(table: DecisionTable) {
    this.wanted = new Map(
      table.tools.flatMap(({ name, row }) => {
        const hash = table.rows[row]?.schemaHash ?? null;
        return hash === null ? [] : [[name, hash.toLowerCase()] as const];
      }),
    );
    const hashes = [...this.wanted.values()];
    this.algorithms = HASH_ALGORITHMS.filter((algorithm) =>
      hashes.some((hash) => hash.startsWith(`${algorithm}:`)),
    );
  }

  /** The policy wants any tool's definition to be verified. */
  get isNeeded(): boolean {
    return this.wanted.size > 0;
  }

  /** A call of a tool by the name that the server gets. */
  check(name: string): DefinitionCheck {
    const wanted = this.wanted.get(normalizeName(name));
    if (wanted === undefined) return FITS;
    const hashes = this.seen.get(name);
    if (hashes === undefined) return { kind: this.isComplete ? 'tool-absent' : 'definition-unseen' };
    return compare(hashes, wanted);
  }

  /** A page of the list is asked for. */
  asked(request: OpenRequest, { params }: RequestMessage): void {
    const cursor = params === undefined ? undefined : getMember(params, 'cursor');
    const isFirst = cursor === undefined || cursor.kind === 'null';
    this.pages.set(request, { isFirst, generation: this.generation });
  }

  /**
   * Takes a page and tells which of its tools are not defined as the policy wants. One that continues a list which is
   * no longer the current one teaches nothing.
   */
  learn(request: OpenRequest, page: ToolPage): ReadonlySet<string> {
    const place = this.pages.get(request);
    const isCurrent = place !== undefined && this.isNext(place);
    const wrong = new Set<string>();
    for (const tool of page.tools) {
      const canonical = canonicalizeDefinition(tool);
      const hashes = this.algorithms.map((algorithm) => hashDefinition(canonical, algorithm));
      const wanted = this.wanted.get(tool.normalizedName);
      if (wanted !== undefined && !hashes.includes(wanted)) wrong.add(tool.name);
      const known = this.seen.get(tool.name);
      if (!isCurrent) continue;
      if (known !== undefined) for (const hash of hashes) known.add(hash);
      else if (this.seen.size < MAX_TOOLS) this.seen.set(copyText(tool.name), new Set(hashes));
    }
    if (isCurrent) this.isComplete = !page.hasMore;
    return wrong;
  }

  /** The server says that its list changed. */
  forget(): void {
    this.seen.clear();
    this.isComplete = false;
    this.generation++;
  }

  private isNext(place: Page): boolean {
    if (place.isFirst) this.forget();
    return place.isFirst || (place.generation === this.generation && this.generation > 0);
  }
}

/** Every definition of the name has to be the wanted one. */
function compare(hashes: ReadonlySet<string>, expected: string): DefinitionCheck {
  const algorithm = expected.slice(0, expected.indexOf(':') + 1);
  const other = [...hashes].find((hash) => hash.startsWith(algorithm) && hash !== expected);
  if (other !== undefined) return { kind: 'schema-mismatch', expected, actual: other };
  return hashes.has(expected) ? FITS : { kind: 'schema-mismatch', expected, actual: 'unknown' };
}
