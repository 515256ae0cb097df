/**
 * A change in terms of the policy's values. It becomes text edits only where the YAML around it allows a
 * change that touches nothing else; elsewhere the fix is not offered and the help text has to do.
 */
export type PolicyEdit =
  /** Puts `text` in place of a stretch of the string at the pointer, in the quoting that it has. */
  | {
      readonly kind: 'replace-span';
      readonly pointer: string;
      readonly start: number;
      readonly end: number;
      readonly text: string;
    }
  /** Takes an entry that stands alone on its line out of a list. */
  | { readonly kind: 'remove-item'; readonly pointer: string }
  /** Writes `key: text` on a line of its own below the member at `after`, indented like it. */
  | { readonly kind: 'insert-member'; readonly after: string; readonly key: string; readonly text: string }
  /** Puts `text`, YAML as it stands, in place of the scalar at the pointer. */
  | { readonly kind: 'replace-scalar'; readonly pointer: string; readonly text: string };

export interface FindingFix {
  readonly title: string;
  /** `safe` only where no call that the policy refuses now can pass afterwards. */
  readonly safety: 'safe' | 'unsafe';
  readonly edits: readonly PolicyEdit[];
}

/** Gives a member of a tool rule a value: in its place where it has one, below the tool's name where it has none. */
export function setMember(rule: string, key: string, text: string, present: boolean): PolicyEdit {
  return present
    ? { kind: 'replace-scalar', pointer: `${rule}/${key}`, text }
    : { kind: 'insert-member', after: `${rule}/tool`, key, text };
}
