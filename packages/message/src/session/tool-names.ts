import type { ToolPage } from '../mcp/tool-list.ts';
import { copyText, LONGEST_KEPT } from './keep-text.ts';
import type { ListingPlace } from './open-requests.ts';

/** How many tools are remembered: a server's lists are not ours to trust. */
const MAX_TOOLS = 10_000;

/** What a list says about a name that a client wrote. */
export type Spelling =
  /** Forward it as it is: the list has it, or has nothing like it, or is not known whole. */
  | { readonly kind: 'as-written' }
  /** The list has one tool of this normalized name. */
  | { readonly kind: 'listed'; readonly name: string }
  /** The list has several, and this spelling is none of them. */
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] };

const AS_WRITTEN: Spelling = { kind: 'as-written' };

/** How the server spells its tools, learnt from the pages of its list. */
export class ToolNames {
  private spellings = new Map<string, Set<string>>();
  private complete = false;
  private generation = 0;
  private count = 0;

  /** The place of a page that is asked for now. */
  place(isFirst: boolean): ListingPlace {
    return { isFirst, generation: this.generation };
  }

  /** Takes a page of the list. A page that continues a list that is no longer the current one is passed over. */
  learn(page: ToolPage, place: ListingPlace): void {
    if (place.isFirst) this.forget();
    else if (place.generation !== this.generation || this.generation === 0) return;
    let whole = true;
    for (const { name, normalizedName } of page.tools) {
      if (name.length > LONGEST_KEPT || this.count >= MAX_TOOLS) {
        whole = false;
        continue;
      }
      const known = this.spellings.get(normalizedName);
      if (known === undefined) this.spellings.set(copyText(normalizedName), new Set([copyText(name)]));
      else known.add(copyText(name));
      this.count++;
    }
    this.complete = whole && !page.hasMore;
  }

  /** The list changed: what was learnt no longer holds. */
  forget(): void {
    this.spellings = new Map();
    this.complete = false;
    this.count = 0;
    this.generation++;
  }

  spell(name: string, normalizedName: string): Spelling {
    const known = this.spellings.get(normalizedName);
    if (known === undefined || known.has(name)) return AS_WRITTEN;
    const [only, second] = known;
    if (second !== undefined) return { kind: 'ambiguous', names: [...known] };
    // A page that is still to come can hold the very name that was written.
    return this.complete && only !== undefined ? { kind: 'listed', name: only } : AS_WRITTEN;
  }
}
