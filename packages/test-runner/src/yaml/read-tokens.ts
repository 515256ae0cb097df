import { type CST, Lexer, type LineCounter, Parser } from 'yaml';

/** How many collections may stand inside each other. */
export const MAX_DEPTH = 100;

/** No file that holds as many values as it may needs more of the pieces that the reader cuts its text into. */
const MAX_PIECES = 2_000_000;

export type TokenReading =
  | { readonly ok: true; readonly tokens: readonly CST.Token[] }
  | { readonly ok: false; readonly code: 'too-deep' | 'too-large'; readonly offset: number };

/**
 * Splits YAML into tokens, without recursion: whoever composes values of them recurses as deep as they are nested, so
 * that what is too deep has to be found before.
 */
export function readTokens(text: string, lines: LineCounter): TokenReading {
  const tokens: CST.Token[] = [];
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  let pieces = 0;
  let offset = 0;
  let brackets = 0;
  for (const piece of new Lexer().lex(text)) {
    if (++pieces > MAX_PIECES) return { ok: false, code: 'too-large', offset };
    if (piece === '[' || piece === '{') brackets++;
    else if (piece === ']' || piece === '}') brackets--;
    if (brackets > MAX_DEPTH) return { ok: false, code: 'too-deep', offset };
    // The lexer tells of scalars and ends with marks of a single character that stand nowhere in the text.
    if (!isMark(piece)) offset += piece.length;
    for (const token of parser.next(piece)) tokens.push(token);
  }
  for (const token of parser.end()) tokens.push(token);
  const deep = findTooDeep(tokens);
  return deep === undefined ? { ok: true, tokens } : { ok: false, code: 'too-deep', offset: deep };
}

function isMark(piece: string): boolean {
  return piece.length === 1 && (piece === '\u0002' || piece === '\u0018' || piece === '\u001f');
}

/** Where the first value begins that is nested too deep; undefined where none is. */
function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  // A document is no level of its own.
  const stack = tokens.map((token) => ({ token, depth: -1 }));
  let first: number | undefined;
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { token, depth } = visit;
    if (depth > MAX_DEPTH) {
      first = Math.min(first ?? token.offset, token.offset);
      continue;
    }
    for (const child of listValues(token)) stack.push({ token: child, depth: depth + 1 });
  }
  return first;
}

/** The values that stand directly in a token. */
function listValues(token: CST.Token): readonly CST.Token[] {
  switch (token.type) {
    case 'document':
      return token.value === undefined ? [] : [token.value];
    case 'block-map':
    case 'block-seq':
    case 'flow-collection':
      return token.items.flatMap(({ key, value }) => [key ?? [], value ?? []].flat());
    default:
      return [];
  }
}
