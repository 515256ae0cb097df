import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  Lexer,
  type Node,
  Parser,
  visit,
} from 'yaml';
import { isTooDeep } from './is-too-deep.ts';

/** What a document says that it is; all values of a key that is repeated. */
export interface Header {
  readonly kinds: readonly string[];
  readonly apiVersions: readonly string[];
}

/** Past these limits a policy is refused (parsePolicy): there is no need to know what it would be. */
const MAX_LENGTH = 1_048_576;
const MAX_TOKENS = 750_000;
const MAX_BRACKETS = 1_000;

/** The text of a plain or block scalar comes after this mark. */
const SCALAR = '\u001f';

/**
 * The headers of a text's documents, as a reader of YAML finds them; undefined where it is no YAML, and
 * `too-large` where it is larger than a policy may be. Never throws.
 */
export function readHeaders(text: string): readonly Header[] | 'too-large' | undefined {
  if (text.length > MAX_LENGTH) return 'too-large';
  // The reader makes an Error of everything that it finds; on a hostile text, stack traces would be most of the work.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return readDocuments(text);
  } catch (failure) {
    // The reader is recursive: nesting may exhaust its stack.
    if (failure instanceof RangeError) return undefined;
    throw failure;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** With the options that policies are read with: what is taken there is taken here. */
function readDocuments(text: string): readonly Header[] | undefined {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    strict: true,
    uniqueKeys: false,
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
  });
  const headers: Header[] = [];
  const read = (documents: Iterable<Document.Parsed>): boolean => {
    for (const document of documents) {
      if (document.errors.length > 0) return false;
      headers.push(readHeader(document));
    }
    return true;
  };
  const parser = new Parser();
  let count = 0;
  let depth = 0;
  let before = '';
  for (const lexeme of new Lexer().lex(text)) {
    if (before !== SCALAR && (lexeme === '[' || lexeme === '{')) depth++;
    if (before !== SCALAR && (lexeme === ']' || lexeme === '}')) depth--;
    before = lexeme;
    if (++count > MAX_TOKENS || depth > MAX_BRACKETS) return undefined;
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error' || isTooDeep(token) || !read(composer.next(token))) return undefined;
    }
  }
  for (const token of parser.end()) {
    if (token.type === 'error' || isTooDeep(token) || !read(composer.next(token))) return undefined;
  }
  return read(composer.end()) ? headers : undefined;
}

function readHeader(document: Document.Parsed): Header {
  const { contents } = document;
  const kinds: string[] = [];
  const apiVersions: string[] = [];
  if (!isMap<Node, Node | null>(contents)) return { kinds, apiVersions };
  const aliases = resolveAliases(document);
  const readText = (node: unknown): string | undefined => {
    const meant = isAlias(node) ? aliases.get(node) : node;
    return isScalar(meant) && typeof meant.value === 'string' ? meant.value : undefined;
  };
  for (const { key, value } of contents.items) {
    const name = readText(key);
    const list = name === 'kind' ? kinds : name === 'apiVersion' ? apiVersions : undefined;
    const text = list === undefined ? undefined : readText(value);
    if (text !== undefined) list?.push(text);
  }
  return { kinds, apiVersions };
}

/** What each alias stands for: the last node before it with its name. One look at the document does for all of them. */
export function resolveAliases(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const aliases = new Map<Alias, Node>();
  visit(document, {
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
    Alias(_, alias) {
      const node = anchors.get(alias.source);
      if (node !== undefined) aliases.set(alias, node);
    },
  });
  return aliases;
}
