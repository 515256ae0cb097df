import { type JsonObject, MAX_NAME_LENGTH, normalizeName } from '@agentpolicy/core';

/**
 * The keys that decide what a message means. The first nine decide what is called with what; the others are
 * read to keep a session's state.
 */
const FIELDS = [
  'jsonrpc',
  'id',
  'method',
  'params',
  'result',
  'error',
  'name',
  'arguments',
  'content',
  '_meta',
  'tools',
  'nextCursor',
  'requestId',
  'protocolVersion',
  'resultType',
  'inputRequests',
] as const;

const FIELD_OF_FOLDED: ReadonlyMap<string, string> = new Map(FIELDS.map((field) => [foldKey(field), field]));

/** Lower-case ASCII without spaces: such a key folds to itself. */
function isFolded(key: string): boolean {
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    if (code <= 0x20 || code >= 0x7f || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return true;
}

/**
 * The form in which two keys are one to a reader that matches keys without case or drops invisible
 * characters: normalized as names are, and folded through upper case, as readers exist for which the
 * dotless `ı` or the dotted `İ` equals `i`.
 */
export function foldKey(key: string): string {
  if (isFolded(key)) return key;
  const upper = normalizeName(key).toUpperCase();
  return normalizeName(upper).replaceAll('i\u0307', 'i');
}

/**
 * The first key that equals a field that matters only after normalization, or is too long to tell; undefined where
 * there is none.
 */
export function findLookAlike(object: JsonObject): string | undefined {
  for (const { key } of object.members) {
    if (key.length > MAX_NAME_LENGTH) return key;
    // Most keys are fields themselves, or fold to themselves.
    const exact = FIELD_OF_FOLDED.get(key);
    if (exact === key) continue;
    const field = isFolded(key) ? exact : FIELD_OF_FOLDED.get(foldKey(key));
    if (field !== undefined && field !== key) return key;
  }
  return undefined;
}

/** The first key that is none of `names` but equals one of them after normalization, or is too long to tell. */
export function findConfusedKey(object: JsonObject, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const folded = new Set(names.map(foldKey));
  return object.members.find(
    ({ key }) => !names.includes(key) && (key.length > MAX_NAME_LENGTH || folded.has(foldKey(key))),
  )?.key;
}
