/** How much of a message may still be scanned. */
export interface ScanBudget {
  /** How many UTF-16 units of the text, from its start, are to be scanned; never splits a character. */
  take(text: string): number;
  /** Something was left unscanned. */
  readonly truncated: boolean;
}

const UNLIMITED: ScanBudget = { take: (text) => text.length, truncated: false };

/** A budget of so many bytes of UTF-8; null is no limit (v1alpha2 §3.6.3). */
export function createScanBudget(maxBytes: number | null): ScanBudget {
  return maxBytes === null ? UNLIMITED : new ByteBudget(maxBytes);
}

const utf8 = new TextEncoder();

class ByteBudget implements ScanBudget {
  truncated = false;
  private left: number;

  constructor(bytes: number) {
    this.left = bytes;
  }

  take(text: string): number {
    const bytes = Buffer.byteLength(text, 'utf8');
    if (bytes <= this.left && !this.truncated) {
      this.left -= bytes;
      return text.length;
    }
    if (text.length === 0) return 0;
    // Beyond the place where the limit is reached nothing is scanned, however short.
    const room = this.truncated ? 0 : this.left;
    this.truncated = true;
    // No character takes fewer bytes than units.
    return room === 0 ? 0 : utf8.encodeInto(text.slice(0, room), new Uint8Array(room)).read;
  }
}
