import type { CST } from 'yaml';
import type { Findings } from './findings.ts';
import type { Span } from './tree.ts';

/** How many collections may stand inside each other: no policy needs ten. */
export const MAX_DEPTH = 64;

export interface CommentToken extends Span {
  readonly source: string;
}

interface Visit {
  readonly token: CST.Token;
  readonly depth: number;
}

interface TokenCheck {
  readonly ok: boolean;
  /** In the order of the text. */
  readonly comments: readonly CommentToken[];
}

/** Up to so many errors the composer may look at the text too: it words them better. */
const MAX_ERRORS = 100;

function spanOf(token: { readonly offset: number; readonly source?: string }): Span {
  return { start: token.offset, end: token.offset + Math.max(token.source?.length ?? 1, 1) };
}

/** A second anchor or tag before one value, or a comma that nothing follows but another comma. */
function findBadStart(item: CST.CollectionItem, last: boolean): CST.SourceToken | undefined {
  let anchor = false;
  let tag = false;
  let comma: CST.SourceToken | undefined;
  for (const token of item.start) {
    if (token.type === 'comma') comma = token;
    if ((token.type === 'anchor' && anchor) || (token.type === 'tag' && tag)) return token;
    anchor ||= token.type === 'anchor';
    tag ||= token.type === 'tag';
  }
  const empty = item.key === undefined && item.sep === undefined && item.value === undefined;
  return empty && !last ? comma : undefined;
}

/**
 * Looks through the reader's tokens before they are composed, without recursion: deep nesting and errors that
 * repeat a million times end here, where they cost little. Collects the comments on the way.
 */
export function checkTokens(tokens: readonly CST.Token[], findings: Findings): TokenCheck {
  const comments: CommentToken[] = [];
  const errors: Span[] = [];
  const stack: Visit[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { token, depth } = visit;
    if (depth > MAX_DEPTH) {
      addTooDeep(token.offset, findings);
      return { ok: false, comments: [] };
    }
    if (token.type === 'comment') comments.push({ ...spanOf(token), source: token.source });
    else if (token.type === 'error') errors.push(spanOf(token));
    else pushChildren(token, depth, stack, errors);
  }
  comments.sort((a, b) => a.start - b.start);
  if (errors.length <= MAX_ERRORS) return { ok: true, comments };
  findings.add({
    code: 'yaml-syntax',
    message: 'something stands here that YAML does not expect',
    help: 'look at the line above too: a quote, a comma or an indentation may be wrong there',
    pointer: '',
    span: errors.reduce((first, error) => (error.start < first.start ? error : first)),
  });
  return { ok: false, comments };
}

function pushChildren(token: CST.Token, depth: number, stack: Visit[], errors: Span[]): void {
  const push = (list: readonly CST.Token[] | undefined): void => {
    for (const child of list ?? []) stack.push({ token: child, depth });
  };
  switch (token.type) {
    case 'document':
      push(token.start);
      if (token.value !== undefined) stack.push({ token: token.value, depth });
      push(token.end);
      break;
    case 'block-scalar':
      push(token.props);
      break;
    case 'block-map':
    case 'block-seq':
    case 'flow-collection':
      token.items.forEach((item, index) => {
        const bad = findBadStart(item, index === token.items.length - 1);
        if (bad !== undefined) errors.push(spanOf(bad));
        push(item.start);
        push(item.sep);
        if (item.key) stack.push({ token: item.key, depth: depth + 1 });
        if (item.value) stack.push({ token: item.value, depth: depth + 1 });
      });
      if (token.type === 'flow-collection') push(token.end);
      break;
    case 'alias':
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
    case 'doc-end':
      push(token.end);
      break;
    default:
      break;
  }
}

function addTooDeep(offset: number, findings: Findings): void {
  findings.add({
    code: 'too-deep',
    message: `values are nested deeper than ${MAX_DEPTH} levels`,
    help: 'no field of a policy is nested so deep: look for a bracket or dash too many',
    pointer: '',
    span: { start: offset, end: offset + 1 },
  });
}
