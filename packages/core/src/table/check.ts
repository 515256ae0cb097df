import { CoreError } from '../errors/core-error.ts';

/** Walks untrusted data of a table and names the place of the first thing that is wrong with it. */
export class Checker {
  readonly value: unknown;
  private readonly parent: Checker | undefined;
  private readonly key: string | number;

  constructor(value: unknown, parent?: Checker, key: string | number = '') {
    this.value = value;
    this.parent = parent;
    this.key = key;
  }

  /** Only spelled out for a message: a large table has tens of thousands of places. */
  private get path(): string {
    const { parent, key } = this;
    if (parent === undefined) return '';
    if (typeof key === 'number') return `${parent.path}[${key}]`;
    return parent.parent === undefined ? key : `${parent.path}.${key}`;
  }

  fail(problem: string): never {
    throw new CoreError('bad-table', `the decision table is damaged: ${this.path || 'the file'} ${problem}`);
  }

  /** The members of an object that has exactly the given keys. */
  object<Key extends string>(keys: readonly Key[]): { readonly [K in Key]: Checker } {
    const { value } = this;
    if (!isRecord(value)) this.fail('is not an object');
    const members: Partial<Record<Key, Checker>> = {};
    let found = 0;
    for (const key of keys) {
      if (!Object.hasOwn(value, key)) this.fail(`lacks \`${key}\``);
      members[key] = new Checker(value[key], this, key);
      found++;
    }
    for (const _ in value) found--;
    if (found !== 0) {
      const known: ReadonlySet<string> = new Set(keys);
      this.fail(`has an unknown member \`${Object.keys(value).find((name) => !known.has(name))}\``);
    }
    return isComplete(members, keys) ? members : this.fail('is incomplete');
  }

  list<Item>(read: (item: Checker, index: number) => Item): Item[] {
    if (!Array.isArray(this.value)) this.fail('is not a list');
    return this.value.map((item: unknown, index) => read(new Checker(item, this, index), index));
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isComplete<Key extends string>(
  members: Partial<Record<Key, Checker>>,
  keys: readonly Key[],
): members is Record<Key, Checker> {
  for (const key of keys) if (members[key] === undefined) return false;
  return true;
}
