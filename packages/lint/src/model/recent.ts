/** Remembers what was asked for lately: at least `size` entries, and at most twice as many. */
export class Recent<Value> {
  private readonly size: number;
  private young = new Map<string, Value>();
  private old: ReadonlyMap<string, Value> = new Map();

  constructor(size: number) {
    this.size = size;
  }

  get(key: string): Value | undefined {
    const known = this.young.get(key);
    if (known !== undefined) return known;
    const before = this.old.get(key);
    if (before !== undefined) this.set(key, before);
    return before;
  }

  set(key: string, value: Value): void {
    if (this.young.size >= this.size) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
  }
}
