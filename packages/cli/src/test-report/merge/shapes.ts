/** Checks that a value read from a file is what it should be, and gives it its type. */
export type Shape<T> = (value: unknown, path: string) => T;

/** What is wrong with a value, and where in the file. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

function refuse(path: string, wanted: string): never {
  throw new ShapeError(`${path === '' ? 'the report' : path} is not ${wanted}`);
}

export const text: Shape<string> = (value, path) =>
  typeof value === 'string' ? value : refuse(path, 'a string');

export const number: Shape<number> = (value, path) =>
  typeof value === 'number' ? value : refuse(path, 'a number');

export function choice<const T extends string>(choices: readonly T[]): Shape<T> {
  return (value, path) =>
    choices.find((each) => each === value) ?? refuse(path, `one of ${choices.join(', ')}`);
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => (value === null ? null : shape(value, path));
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value, path) =>
    Array.isArray(value)
      ? value.map((item: unknown, at) => shape(item, `${path}/${at}`))
      : refuse(path, 'a list');
}

/** The members of an object, read one by one. */
export interface Members {
  <T>(key: string, shape: Shape<T>): T;
  has(key: string): boolean;
}

export function object<T>(read: (get: Members) => T): Shape<T> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(path, 'an object');
    const members = new Map<string, unknown>(Object.entries(value));
    const get = <M>(key: string, shape: Shape<M>): M => shape(members.get(key), `${path}/${key}`);
    return read(Object.assign(get, { has: (key: string) => members.has(key) }));
  };
}
