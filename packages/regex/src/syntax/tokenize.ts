import type { IToken, TokenType } from 'chevrotain';
import * as kinds from './tokens.ts';

/**
 * Splits a pattern into tokens. Every character belongs to one: what is no operator is a literal. Each expression
 * below is tried at one place and reads forward only: all of them together are linear in the pattern.
 */
export function tokenize(source: string): IToken[] {
  const found: IToken[] = [];
  const lastPosixEnd = source.lastIndexOf(':]');
  let opening = -1;
  for (let at = 0; at < source.length; ) {
    const token =
      opening < 0 ? readOutside(source, at) : readInside(source, at, at === opening, lastPosixEnd);
    found.push(token);
    at += token.image.length;
    if (token.tokenType === kinds.ClassOpen) opening = at;
    else if (token.tokenType === kinds.ClassClose) opening = -1;
  }
  return found;
}

function create(tokenType: TokenType, image: string, startOffset: number): IToken {
  return { image, startOffset, tokenType, tokenTypeIdx: tokenType.tokenTypeIdx ?? 0 };
}

const BRACES = /\{(?:0|[1-9][0-9]*)(?:,(?:0|[1-9][0-9]*)?)?\}\??/y;

function readOutside(source: string, at: number): IToken {
  const character = source.charAt(at);
  switch (character) {
    case '*':
    case '+':
    case '?':
      return create(kinds.Quantifier, source.charAt(at + 1) === '?' ? `${character}?` : character, at);
    case '{':
      return readBy(BRACES, kinds.Quantifier, source, at) ?? create(kinds.Literal, character, at);
    case '(':
      return readGroup(source, at);
    case ')':
      return create(kinds.GroupEnd, character, at);
    case '|':
      return create(kinds.Bar, character, at);
    case '[':
      return create(kinds.ClassOpen, source.charAt(at + 1) === '^' ? '[^' : character, at);
    case '.':
      return create(kinds.Dot, character, at);
    case '^':
      return create(kinds.Caret, character, at);
    case '$':
      return create(kinds.Dollar, character, at);
    case '\\':
      return readAssertion(source, at) ?? readEscape(source, at);
    default:
      return create(kinds.Literal, readCharacter(source, at), at);
  }
}

const GROUPS: readonly (readonly [RegExp, TokenType])[] = [
  [/\(\?P?<[A-Za-z0-9_]+>/y, kinds.NamedGroup],
  [/\(\?[imsU]*(?:-[imsU]+)?:/y, kinds.FlagGroup],
  [/\(\?[imsU]*(?:-[imsU]+)?\)/y, kinds.FlagsOnly],
];

function readGroup(source: string, at: number): IToken {
  if (source.charAt(at + 1) !== '?') return create(kinds.Group, '(', at);
  for (const [expression, kind] of GROUPS) {
    const token = readBy(expression, kind, source, at);
    if (token !== undefined) return token;
  }
  return create(kinds.BadGroup, '(?', at);
}

/** `\A \b \B \z` and `\Q…\E`: inside brackets they mean nothing. */
function readAssertion(source: string, at: number): IToken | undefined {
  const letter = source.charAt(at + 1);
  if (letter === 'A' || letter === 'b' || letter === 'B' || letter === 'z')
    return create(kinds.AssertionEscape, `\\${letter}`, at);
  if (letter !== 'Q') return undefined;
  const end = source.indexOf('\\E', at + 2);
  return create(kinds.Quoted, source.slice(at, end < 0 ? source.length : end + 2), at);
}

function readInside(source: string, at: number, isFirst: boolean, lastPosixEnd: number): IToken {
  const character = source.charAt(at);
  switch (character) {
    case ']':
      return create(isFirst ? kinds.ClassLiteral : kinds.ClassClose, character, at);
    case '[': {
      // As Go reads it: `[:` opens a named class only where `:]` follows somewhere.
      if (source.charAt(at + 1) !== ':' || at + 2 > lastPosixEnd)
        return create(kinds.ClassLiteral, character, at);
      return create(kinds.PosixClass, source.slice(at, source.indexOf(':]', at + 2) + 2), at);
    }
    case '-': {
      const next = source.charAt(at + 1);
      return create(next === '' || next === ']' ? kinds.ClassLiteral : kinds.Dash, character, at);
    }
    case '\\':
      return readEscape(source, at);
    default:
      return create(kinds.ClassLiteral, readCharacter(source, at), at);
  }
}

const PROPERTY = /\\[pP](?:\{[^}]{0,64}\}|[^{])/y;
const HEX = /\\x(?:\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})/y;
const OCTAL = /\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/y;

/** An escape that means the same inside brackets and outside of them; what RE2 does not know is a token too. */
function readEscape(source: string, at: number): IToken {
  const letter = source.charAt(at + 1);
  switch (letter) {
    case 'd':
    case 'D':
    case 's':
    case 'S':
    case 'w':
    case 'W':
      return create(kinds.PerlClass, `\\${letter}`, at);
    case 'p':
    case 'P':
      return readBy(PROPERTY, kinds.Property, source, at) ?? readBadEscape(source, at);
    case 'x':
      return readBy(HEX, kinds.HexEscape, source, at) ?? readBadEscape(source, at);
    case 'a':
    case 'f':
    case 'n':
    case 'r':
    case 't':
    case 'v':
      return create(kinds.ControlEscape, `\\${letter}`, at);
    default:
      if (letter >= '0' && letter <= '7')
        return readBy(OCTAL, kinds.OctalEscape, source, at) ?? readBadEscape(source, at);
      return isPunctuation(letter)
        ? create(kinds.PunctuationEscape, `\\${letter}`, at)
        : readBadEscape(source, at);
  }
}

function readBadEscape(source: string, at: number): IToken {
  return create(kinds.BadEscape, `\\${readCharacter(source, at + 1)}`, at);
}

/** ASCII that is neither letter nor digit; control characters count. */
function isPunctuation(character: string): boolean {
  return character !== '' && character <= '\x7f' && !/[0-9A-Za-z]/.test(character);
}

/** A pair of surrogates is one character; nothing stands behind the end. */
function readCharacter(source: string, at: number): string {
  const code = source.codePointAt(at);
  return code !== undefined && code > 0xffff ? source.slice(at, at + 2) : source.charAt(at);
}

function readBy(expression: RegExp, kind: TokenType, source: string, at: number): IToken | undefined {
  expression.lastIndex = at;
  const [image] = expression.exec(source) ?? [];
  return image === undefined ? undefined : create(kind, image, at);
}
