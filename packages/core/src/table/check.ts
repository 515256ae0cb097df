import { CoreError } from '../errors/core-error.ts';

/** An object's members, none of them looked at yet. */
export type Members<Key extends string> = { readonly [K in Key]: unknown };

/**
 * Walks untrusted data of a table and names the place of the first thing that is wrong with it. A large table has
 * tens of thousands of places: the way to the present one is kept as it is walked, and only spelled out for a message.
 */
export class Checker {
  private readonly path: (string | number)[] = [];

  /** @throws CoreError `bad-table` that names the present place, or the member of it that is given. */
  fail(problem: string, key?: string | number): never {
    const path = key === undefined ? this.path : [...this.path, key];
    const place = path
      .map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`))
      .join('');
    throw new CoreError('bad-table', `the decision table is damaged: ${place || 'the file'} ${problem}`);
  }

  /** Reads what stands in a member; what `read` complains about stands there. */
  within<Item>(key: string | number, read: () => Item): Item {
    this.path.push(key);
    const item = read();
    this.path.pop();
    return item;
  }

  /** An object that has exactly the given keys. */
  members<Key extends string>(value: unknown, keys: readonly Key[]): Members<Key> {
    if (!isRecord(value)) return this.fail('is not an object');
    const written: object = value;
    return hasKeysInOrder(written, keys) ? written : this.members(this.reorder(value, keys), keys);
  }

  /** Members in another order than the writer's are as good; missing and unknown ones are refused. */
  private reorder(value: Readonly<Record<string, unknown>>, keys: readonly string[]): object {
    for (const key of keys) if (!Object.hasOwn(value, key)) this.fail(`lacks \`${key}\``);
    const known: ReadonlySet<string> = new Set(keys);
    for (const key of Object.keys(value)) if (!known.has(key)) this.fail(`has an unknown member \`${key}\``);
    return Object.fromEntries(keys.map((key) => [key, value[key]]));
  }

  /** The items of a list, read one by one; `key` is the list's in the present place. */
  list<Item>(key: string, value: unknown, read: (item: unknown, index: number) => Item): Item[] {
    if (!Array.isArray(value)) return this.fail('is not a list', key);
    const items: readonly unknown[] = value;
    const { path } = this;
    const found: Item[] = [];
    path.push(key, 0);
    for (let index = 0; index < items.length; index++) {
      path[path.length - 1] = index;
      found.push(read(items[index], index));
    }
    path.length -= 2;
    return found;
  }

  text(key: string | undefined, value: unknown): string {
    return typeof value === 'string' ? value : this.fail('is not a string', key);
  }

  flag(key: string, value: unknown): boolean {
    return typeof value === 'boolean' ? value : this.fail('is neither true nor false', key);
  }

  /** A whole number from `low` to `high`. */
  integer(key: string, value: unknown, low: number, high: number): number {
    if (typeof value !== 'number' || !Number.isSafeInteger(value))
      return this.fail('is not a whole number', key);
    if (value < low || value > high)
      return this.fail(`is ${value}, which is not between ${low} and ${high}`, key);
    return value;
  }

  choice<const Choice extends string | number>(
    key: string | undefined,
    value: unknown,
    choices: readonly Choice[],
  ): Choice {
    for (const choice of choices) if (choice === value) return choice;
    return this.fail(`is none of ${choices.join(', ')}`, key);
  }

  /** Items in strictly rising order of the code units of their names, so that a table has one form. */
  sorted<Item>(key: string, items: readonly Item[], nameOf: (item: Item) => string): void {
    let before: string | undefined;
    let index = 0;
    for (const item of items) {
      const name = nameOf(item);
      if (before !== undefined && !(before < name))
        this.fail(`is not sorted, or repeats an entry, at index ${index}`, key);
      before = name;
      index++;
    }
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The compiler writes members in one order: comparing key by key needs no set and no copy. */
function hasKeysInOrder<Key extends string>(value: object, keys: readonly Key[]): value is Members<Key> {
  let at = 0;
  for (const key in value) if (key !== keys[at++]) return false;
  return at === keys.length;
}
