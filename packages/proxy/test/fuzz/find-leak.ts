/** A value with the members of objects as they stand, repeated ones too: what any reader may make of it. */
type Loose =
  | { readonly kind: 'object'; readonly members: readonly (readonly [key: string, value: Loose])[] }
  | { readonly kind: 'array'; readonly items: readonly Loose[] }
  | { readonly kind: 'scalar'; readonly value: unknown };

/** The tools that the fuzzed policy allows, and what it allows of the one that takes a URL. */
const ALLOWED_TOOLS = new Set(['read', 'fetch']);
const ALLOWED_URL = /^https:\/\/api\.example\//;
const SECRET = /AKIA[A-Z0-9]{16}/;

/** As lenient as a reader could be: width, case, white space around it and what nobody sees don't count. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ſ', 's')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim();
}

/**
 * What is wrong with a line that was sent to the server, read by somebody who wants to be talked around; null where
 * nothing is. Written without any part of the proxy: a second reading, not the same one again.
 */
export function findForbidden(line: string, methods: ReadonlySet<string>): string | null {
  if (/[\r\n]/.test(line)) return 'it is more than one line';
  const value = readLoose(line);
  if (value === null) return 'it is no JSON';
  const messages = value.kind === 'array' ? value.items : [value];
  if (messages.length === 0) return 'it is an empty batch';
  for (const message of messages) {
    const problem = findInMessage(message, methods);
    if (problem !== null) return problem;
  }
  return findRepeated(value);
}

/** What is wrong with a line that was sent to the client. */
export function findSecret(line: string): string | null {
  if (/[\r\n]/.test(line)) return 'it is more than one line';
  const value = readLoose(line);
  if (value === null) return 'it is no JSON';
  const messages = value.kind === 'array' ? value.items : [value];
  return messages.flatMap(listContent).some((text) => SECRET.test(text)) ? 'it holds a secret' : null;
}

function findInMessage(message: Loose, methods: ReadonlySet<string>): string | null {
  if (message.kind !== 'object') return 'a message is no object';
  const method = only(message, 'method');
  if (method === 'confused') return 'there are several methods';
  if (only(message, 'id') === 'confused' || only(message, 'params') === 'confused')
    return 'members are confused';
  if (method === null) {
    const isAnswer = only(message, 'result') !== null || only(message, 'error') !== null;
    return isAnswer ? null : 'a message has no method and is no answer';
  }
  if (method.kind !== 'scalar' || typeof method.value !== 'string') return 'a method is no text';
  if (fold(method.value) !== 'tools/call')
    return methods.has(fold(method.value)) ? null : `the method ${method.value} is not allowed`;
  return findInCall(only(message, 'params'));
}

function findInCall(params: Loose | 'confused' | null): string | null {
  if (params === null || params === 'confused' || params.kind !== 'object') return 'a call has no parameters';
  const name = only(params, 'name');
  if (name === null || name === 'confused' || name.kind !== 'scalar' || typeof name.value !== 'string')
    return 'a call has no one name';
  const tool = fold(name.value);
  if (!ALLOWED_TOOLS.has(tool)) return `the tool ${name.value} is not allowed`;
  const args = only(params, 'arguments');
  if (args === 'confused') return 'a call has several arguments';
  if (tool !== 'fetch') return null;
  const url = args?.kind === 'object' ? only(args, 'url') : null;
  const text = url !== null && url !== 'confused' && url.kind === 'scalar' ? url.value : undefined;
  return typeof text === 'string' && ALLOWED_URL.test(text) ? null : 'the URL is not allowed';
}

/** The one member that any reader takes for `wanted`; null where there is none. */
function only(object: Loose, wanted: string): Loose | 'confused' | null {
  if (object.kind !== 'object') return null;
  const found = object.members.filter(([key]) => fold(key) === wanted);
  const [first] = found;
  if (first === undefined) return null;
  return found.length === 1 && first[0] === wanted ? first[1] : 'confused';
}

function findRepeated(value: Loose): string | null {
  if (value.kind === 'scalar') return null;
  if (value.kind === 'object') {
    const keys = value.members.map(([key]) => key);
    if (new Set(keys).size !== keys.length) return 'a key is repeated';
  }
  const inner = value.kind === 'object' ? value.members.map(([, member]) => member) : value.items;
  return inner.map(findRepeated).find((problem) => problem !== null) ?? null;
}

/** What carries a message is never redacted: `id`, `jsonrpc` and `method` are for machines. */
function listContent(message: Loose): readonly string[] {
  if (message.kind !== 'object') return listStrings(message);
  const content = message.members.filter(([key]) => !['id', 'jsonrpc', 'method'].includes(key));
  return listStrings({ kind: 'object', members: content });
}

function listStrings(value: Loose): readonly string[] {
  switch (value.kind) {
    case 'scalar':
      return typeof value.value === 'string' ? [value.value] : [];
    case 'array':
      return value.items.flatMap(listStrings);
    case 'object':
      return value.members.flatMap(([key, member]) => [key, ...listStrings(member)]);
  }
}

/** JSON by the book (RFC 8259), but for repeated keys, which stay; null for anything else. */
export function readLoose(text: string): Loose | null {
  let at = 0;
  const skip = (): void => {
    while (at < text.length && ' \t\r\n'.includes(text[at] ?? '')) at++;
  };
  const scalar = (pattern: RegExp): Loose => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) throw new SyntaxError('no value');
    at += found.length;
    return { kind: 'scalar', value: JSON.parse(found) };
  };
  const take = (character: string): boolean => {
    skip();
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const list = <T>(close: string, read: () => T): T[] => {
    const all: T[] = [];
    if (take(close)) return all;
    do all.push(read());
    while (take(','));
    if (!take(close)) throw new SyntaxError('no end');
    return all;
  };
  const value = (): Loose => {
    skip();
    if (take('[')) return { kind: 'array', items: list(']', value) };
    if (take('{')) return { kind: 'object', members: list('}', member) };
    return scalar(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
  };
  const member = (): readonly [string, Loose] => {
    skip();
    const key = scalar(/"(?:[^"\\]|\\.)*"/y);
    if (!take(':') || key.kind !== 'scalar') throw new SyntaxError('no member');
    return [String(key.value), value()];
  };
  try {
    const whole = value();
    skip();
    return at === text.length ? whole : null;
  } catch {
    return null;
  }
}
