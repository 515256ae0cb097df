import { CoreError } from '../errors/core-error.ts';

/** Walks untrusted data of a table and names the place of the first thing that is wrong with it. */
export class Checker {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  fail(problem: string): never {
    throw new CoreError('bad-table', `the decision table is damaged: ${this.path || 'the file'} ${problem}`);
  }

  /** The members of an object that has exactly the given keys. */
  object<Key extends string>(keys: readonly Key[]): { readonly [K in Key]: Checker } {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.fail('is not an object');
    const found: Readonly<Record<string, unknown>> = { ...value };
    const members: Partial<Record<Key, Checker>> = {};
    for (const key of keys) {
      if (!Object.hasOwn(found, key)) this.fail(`lacks \`${key}\``);
      members[key] = new Checker(found[key], this.path === '' ? key : `${this.path}.${key}`);
    }
    const names = Object.keys(found);
    if (names.length > keys.length) {
      const known: ReadonlySet<string> = new Set(keys);
      this.fail(`has an unknown member \`${names.find((name) => !known.has(name))}\``);
    }
    return this.complete(members, keys);
  }

  private complete<Key extends string>(
    members: Partial<Record<Key, Checker>>,
    keys: readonly Key[],
  ): { readonly [K in Key]: Checker } {
    const isComplete = (value: Partial<Record<Key, Checker>>): value is Record<Key, Checker> =>
      keys.every((key) => value[key] !== undefined);
    if (!isComplete(members)) this.fail('is incomplete');
    return members;
  }

  list<Item>(read: (item: Checker, index: number) => Item): Item[] {
    if (!Array.isArray(this.value)) this.fail('is not a list');
    return this.value.map((item: unknown, index) => read(new Checker(item, `${this.path}[${index}]`), index));
  }

  text(): string {
    if (typeof this.value !== 'string') this.fail('is not a string');
    return this.value;
  }

  flag(): boolean {
    if (typeof this.value !== 'boolean') this.fail('is neither true nor false');
    return this.value;
  }

  /** A whole number from `low` to `high`. */
  integer(low: number, high: number): number {
    const { value } = this;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) this.fail('is not a whole number');
    if (value < low || value > high) this.fail(`is ${value}, which is not between ${low} and ${high}`);
    return value;
  }

  choice<const Choice extends string | number>(choices: readonly Choice[]): Choice {
    const found = choices.find((choice) => choice === this.value);
    if (found === undefined) this.fail(`is none of ${choices.join(', ')}`);
    return found;
  }

  nullable<Item>(read: (item: Checker) => Item): Item | null {
    return this.value === null ? null : read(this);
  }

  /** Strings in strictly rising order of their code units, so that a table has one form. */
  sorted(names: readonly string[]): void {
    names.forEach((name, index) => {
      const before = names[index - 1];
      if (before !== undefined && !(before < name))
        this.fail(`is not sorted, or repeats an entry, at index ${index}`);
    });
  }
}
