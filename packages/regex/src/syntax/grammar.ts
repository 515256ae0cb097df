import { EmbeddedActionsParser, type IOrAlt, type IToken } from 'chevrotain';
import { foldSet } from '../unicode/fold.ts';
import { type CharSet, EMPTY_SET, MAX_CODE_POINT, negateSet, normalizeRanges } from './char-set.ts';
import { perlClass, posixClass, propertyClass } from './classes.ts';
import { quote, refuse } from './fault.ts';
import { refuseEscape, refuseGroup } from './refusals.ts';
import { tokenize } from './tokenize.ts';
import * as tokens from './tokens.ts';
import type { PatternNode, Span } from './tree.ts';
import { TreeBuilder } from './tree-builder.ts';

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

const spanOf = (token: IToken): Span => ({
  start: token.startOffset,
  end: token.startOffset + token.image.length,
});

/** One member of a bracketed class, before folding. */
interface ClassPart {
  readonly ranges: CharSet;
  /** Named classes have been folded already, before their own negation. */
  readonly folded: boolean;
}

/**
 * The grammar of RE2, flat: nesting is the tree builder's stack, not recursion, so that deep patterns
 * cannot exhaust the call stack. Precedence needs no rules of its own, because a repeat takes the item
 * before it and `|` ends a sequence.
 */
class PatternGrammar extends EmbeddedActionsParser {
  private builder = new TreeBuilder('');
  private classOpening: Span = { start: 0, end: 0 };
  private parts: ClassPart[] = [];

  constructor(skipValidations: boolean) {
    super(tokens.VOCABULARY, { recoveryEnabled: false, maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  read(source: string, input: IToken[]): PatternNode {
    this.builder = new TreeBuilder(source);
    this.input = input;
    this.pattern();
    if (this.errors.length > 0) {
      refuse(
        'missing-bracket',
        this.classOpening,
        `${quote(source.slice(this.classOpening.start, this.classOpening.end))} is never closed`,
        'add the missing `]`, or escape it as `\\[` if the character itself is meant',
      );
    }
    return this.builder.finish();
  }

  // Alternatives are made once: a list of functions for each token would be most of a parser's garbage.
  private readonly outside: IOrAlt<void>[] = [
    { ALT: () => this.onAtom(this.CONSUME(tokens.Atom)) },
    { ALT: () => this.onRepeat(this.CONSUME(tokens.Repeat)) },
    { ALT: () => this.onGroupStart(this.CONSUME(tokens.GroupStart)) },
    { ALT: () => this.onGroupEnd(this.CONSUME(tokens.GroupEnd)) },
    { ALT: () => this.onBar(this.CONSUME(tokens.Bar)) },
    { ALT: () => this.onFlags(this.CONSUME(tokens.FlagsOnly)) },
    { ALT: () => this.onRefused(this.CONSUME(tokens.Refused)) },
    { ALT: () => this.SUBRULE(this.bracketClass) },
  ];
  private readonly chooseOutside = (): void => this.OR(this.outside);

  private readonly pattern = this.RULE('pattern', () => {
    this.MANY(this.chooseOutside);
  });

  private readonly inside: IOrAlt<void>[] = [
    {
      ALT: () => {
        const set = this.CONSUME(tokens.ClassSet);
        this.ACTION(() => this.parts.push({ ranges: this.readSet(set), folded: true }));
      },
    },
    {
      ALT: () => {
        const low = this.CONSUME(tokens.ClassChar);
        const high = this.OPTION(this.chooseRangeEnd);
        this.ACTION(() => this.parts.push({ ranges: this.readRange(low, high), folded: false }));
      },
    },
    {
      ALT: () => {
        const bad = this.CONSUME(tokens.ClassRefused);
        this.ACTION(() => refuseEscape(bad.image, spanOf(bad), true));
      },
    },
  ];
  private readonly chooseInside = (): void => this.OR(this.inside);
  private readonly chooseRangeEnd = (): IToken => this.SUBRULE(this.rangeEnd);

  private readonly bracketClass = this.RULE('bracketClass', () => {
    const open = this.CONSUME(tokens.ClassOpen);
    this.ACTION(() => {
      this.classOpening = spanOf(open);
      this.parts = [];
    });
    this.MANY(this.chooseInside);
    const close = this.CONSUME(tokens.ClassClose);
    this.ACTION(() => this.onClass(open, close, this.parts));
  });

  private readonly rangeEnds: IOrAlt<IToken>[] = [
    { ALT: () => this.CONSUME(tokens.ClassChar) },
    { ALT: () => this.CONSUME(tokens.ClassSet) },
    { ALT: () => this.CONSUME(tokens.ClassRefused) },
  ];

  private readonly rangeEnd = this.RULE('rangeEnd', (): IToken => {
    this.CONSUME(tokens.Dash);
    return this.OR(this.rangeEnds);
  });

  private onAtom(token: IToken): void {
    this.ACTION(() => {
      const place = spanOf(token);
      switch (token.tokenType) {
        case tokens.Dot:
          return this.builder.addDot(place);
        case tokens.Caret:
          return this.builder.addCaret(place);
        case tokens.Dollar:
          return this.builder.addDollar(place);
        case tokens.AssertionEscape:
          return this.builder.addAssertion(place, assertionOf(token.image));
        case tokens.Quoted:
          return this.addQuoted(token);
        case tokens.PerlClass:
        case tokens.Property:
          return this.builder.addChar(place, 'escape-class', this.readSet(token));
        default:
          return this.builder.addLiteral(place, readChar(token));
      }
    });
  }

  private addQuoted(token: IToken): void {
    const closed = token.image.length >= 4 && token.image.endsWith('\\E');
    let start = token.startOffset + 2;
    for (const char of token.image.slice(2, closed ? -2 : undefined)) {
      this.builder.addLiteral({ start, end: start + char.length }, char.codePointAt(0) ?? 0);
      start += char.length;
    }
  }

  private onRepeat(token: IToken): void {
    this.ACTION(() => this.builder.repeat(spanOf(token), token.image));
  }

  private onGroupStart(token: IToken): void {
    this.ACTION(() => this.builder.openGroup(spanOf(token), token.image));
  }

  private onGroupEnd(token: IToken): void {
    this.ACTION(() => this.builder.closeGroup(spanOf(token)));
  }

  private onBar(token: IToken): void {
    this.ACTION(() => this.builder.bar(spanOf(token)));
  }

  private onFlags(token: IToken): void {
    this.ACTION(() => this.builder.changeFlags(token.image));
  }

  private onRefused(token: IToken): void {
    this.ACTION(() => {
      if (token.tokenType === tokens.BadGroup) refuseGroup(this.builder.source, token.startOffset);
      refuseEscape(token.image, spanOf(token), false);
    });
  }

  private onClass(open: IToken, close: IToken, parts: readonly ClassPart[]): void {
    const { fold } = this.builder;
    const sets = parts.map(({ ranges, folded }) => (fold && !folded ? foldSet(ranges) : ranges));
    const [only = EMPTY_SET] = sets;
    const set = sets.length > 1 ? normalizeRanges(sets.flat()) : only;
    this.builder.addChar(
      { start: open.startOffset, end: close.startOffset + 1 },
      'class',
      open.image === '[^' ? negateSet(set) : set,
    );
  }

  private readSet(token: IToken): CharSet {
    const { fold } = this.builder;
    if (token.tokenType === tokens.PosixClass) return posixClass(token.image, spanOf(token), fold);
    if (token.tokenType === tokens.Property) return propertyClass(token.image, spanOf(token), fold);
    return perlClass(token.image, fold);
  }

  private readRange(low: IToken, high: IToken | undefined): CharSet {
    const from = readChar(low);
    if (high === undefined) return normalizeRanges([from, from]);
    const place = { start: low.startOffset, end: spanOf(high).end };
    const text = this.builder.source.slice(place.start, place.end);
    const isChar = high.tokenType.CATEGORIES?.includes(tokens.ClassChar) === true;
    if (!isChar) {
      return refuse(
        'bad-class-range',
        place,
        `range ${quote(text)} does not end in a character`,
        'put the `-` first or last between the brackets if the character itself is meant',
      );
    }
    const to = readChar(high);
    if (to < from) {
      return refuse(
        'bad-class-range',
        place,
        `range ${quote(text)} runs backwards`,
        `write ${quote(`${high.image}-${low.image}`)}, or escape the \`-\` if the character itself is meant`,
      );
    }
    return normalizeRanges([from, to]);
  }
}

function assertionOf(text: string): 'begin-text' | 'end-text' | 'word' | 'not-word' {
  switch (text) {
    case '\\A':
      return 'begin-text';
    case '\\z':
      return 'end-text';
    case '\\b':
      return 'word';
    default:
      return 'not-word';
  }
}

/** The code point that a literal or an escape stands for. */
function readChar(token: IToken): number {
  const text = token.image;
  switch (token.tokenType) {
    case tokens.HexEscape: {
      const value = Number.parseInt(text.replace('{', '').slice(2), 16);
      if (value <= MAX_CODE_POINT) return value;
      return refuse(
        'bad-escape',
        spanOf(token),
        `${quote(text)} is not a code point`,
        'the highest code point is `\\x{10FFFF}`',
      );
    }
    case tokens.OctalEscape:
      return Number.parseInt(text.slice(1), 8);
    case tokens.ControlEscape:
      return CONTROLS[text.charAt(1)] ?? 0;
    case tokens.PunctuationEscape:
      return text.charCodeAt(1);
    default:
      return text.codePointAt(0) ?? 0;
  }
}

/**
 * Makes the grammar. Whether it is sound only depends on this file: a test checks it (`skipValidations` false throws
 * where it is not), and a program that starts does without.
 */
export function createGrammar(skipValidations: boolean): PatternGrammar {
  return new PatternGrammar(skipValidations);
}

let grammar: PatternGrammar | undefined;

/**
 * Reads a pattern into its syntax tree. Throws `PatternFault` on what RE2 refuses. The grammar is made once, at first
 * use.
 */
export function readPattern(source: string): PatternNode {
  grammar ??= createGrammar(true);
  return grammar.read(source, tokenize(source));
}
