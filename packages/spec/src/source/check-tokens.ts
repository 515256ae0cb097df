import type { CST } from 'yaml';
import type { Findings } from './findings.ts';
import type { Span } from './tree.ts';

/** How many collections may stand inside each other: no policy needs ten. */
export const MAX_DEPTH = 64;

/** How many values aliases may add to those that are written: a policy needs none. */
export const MAX_ALIASED = 10_000;

export interface CommentToken extends Span {
  readonly source: string;
}

interface TokenCheck {
  readonly ok: boolean;
  /** In the order of the text. */
  readonly comments: readonly CommentToken[];
}

function spanOf(token: { readonly offset: number; readonly source?: string }): Span {
  return { start: token.offset, end: token.offset + Math.max(token.source?.length ?? 1, 1) };
}

/** Tokens that wait to be looked at; two lists of their parts, since a large text has a hundred thousand of them. */
class Waiting {
  private readonly tokens: CST.Token[] = [];
  private readonly depths: number[] = [];
  /** Of the token that was taken last. */
  depth = 0;

  add(token: CST.Token, depth: number): void {
    this.tokens.push(token);
    this.depths.push(depth);
  }

  addAll(tokens: readonly CST.Token[] | undefined, depth: number): void {
    if (tokens === undefined) return;
    for (const token of tokens) this.add(token, depth);
  }

  take(): CST.Token | undefined {
    this.depth = this.depths.pop() ?? 0;
    return this.tokens.pop();
  }
}

/**
 * Looks through the reader's tokens before they are composed, without recursion: composing deep nesting would
 * exhaust the stack. Collects the comments on the way.
 */
export function checkTokens(tokens: readonly CST.Token[], findings: Findings): TokenCheck {
  const comments: CommentToken[] = [];
  const waiting = new Waiting();
  let aliases = 0;
  waiting.addAll(tokens, 0);
  for (let token = waiting.take(); token !== undefined; token = waiting.take()) {
    const { depth } = waiting;
    if (depth > MAX_DEPTH) {
      addTooDeep(token.offset, findings);
      return { ok: false, comments: [] };
    }
    if (token.type === 'alias' && ++aliases > MAX_ALIASED) {
      addTooManyAliases(token, findings);
      return { ok: false, comments: [] };
    }
    if (isOpenQuote(token)) addOpenQuote(token, findings);
    if (token.type === 'comment') comments.push({ ...spanOf(token), source: token.source });
    else addChildren(token, depth, waiting);
  }
  comments.sort((a, b) => a.start - b.start);
  return { ok: true, comments };
}

/**
 * A quote whose last character is an escaped one (`'a''` or `"a\"`), cut off where the indentation ends. The reader
 * of YAML looks at the character alone and takes it for the end.
 */
function isOpenQuote(token: CST.Token): token is CST.FlowScalar {
  switch (token.type) {
    case 'single-quoted-scalar':
      return (
        token.source.length > 1 &&
        token.source.endsWith("'") &&
        countAtEnd(token.source.slice(1), "'") % 2 === 0
      );
    case 'double-quoted-scalar':
      return token.source.endsWith('"') && countAtEnd(token.source.slice(0, -1), '\\') % 2 === 1;
    default:
      return false;
  }
}

function countAtEnd(text: string, character: string): number {
  let count = 0;
  while (text[text.length - 1 - count] === character) count++;
  return count;
}

function addOpenQuote(token: CST.FlowScalar, findings: Findings): void {
  findings.add({
    code: 'yaml-syntax',
    message: 'a quoted value is not closed',
    help: 'close the quote: the one at its end is escaped, and stands for itself',
    pointer: '',
    span: spanOf(token),
  });
}

function addChildren(token: CST.Token, depth: number, waiting: Waiting): void {
  switch (token.type) {
    case 'document':
      waiting.addAll(token.start, depth);
      if (token.value !== undefined) waiting.add(token.value, depth);
      waiting.addAll(token.end, depth);
      break;
    case 'block-scalar':
      waiting.addAll(token.props, depth);
      break;
    case 'block-map':
    case 'block-seq':
    case 'flow-collection':
      for (const item of token.items) {
        waiting.addAll(item.start, depth);
        waiting.addAll(item.sep, depth);
        if (item.key) waiting.add(item.key, depth + 1);
        if (item.value) waiting.add(item.value, depth + 1);
      }
      if (token.type === 'flow-collection') waiting.addAll(token.end, depth);
      break;
    case 'alias':
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
    case 'doc-end':
      waiting.addAll(token.end, depth);
      break;
    default:
      break;
  }
}

/** Each alias adds a value at least: there is no need to compose them. */
function addTooManyAliases(token: CST.FlowScalar, findings: Findings): void {
  findings.add({
    code: 'alias-expansion',
    message: `aliases add more than ${MAX_ALIASED} values to the policy`,
    help: 'write the values out, and only those that are needed',
    pointer: '',
    span: spanOf(token),
  });
}

export function addTooDeep(offset: number, findings: Findings): void {
  findings.add({
    code: 'too-deep',
    message: `values are nested deeper than ${MAX_DEPTH} levels`,
    help: 'no field of a policy is nested so deep: look for a bracket or dash too many',
    pointer: '',
    span: { start: offset, end: offset + 1 },
  });
}
