/** What a reader of one value gives: the value, or what is wrong with the text (one line, lower case, no full stop). */
export type ValueResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };
