import { foldSet } from '../unicode/fold.ts';
import { ANY_SET, type CharSet, EMPTY_SET, NOT_NEWLINE_SET } from './char-set.ts';
import { quote, refuse } from './fault.ts';
import type { AssertionKind, CharNode, PatternNode, Span } from './tree.ts';

/** RE2's limit on a repeat count, and on the product of nested ones. */
export const MAX_REPEAT = 1000;
/** RE2's limit on groups inside groups. */
export const MAX_NESTING = 1000;

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
}

/** A finished part of the tree, with the product of the repeat counts inside it. */
interface Part {
  readonly node: PatternNode;
  readonly weight: number;
}

interface Frame {
  readonly opening: Span;
  readonly capture: { readonly index: number; readonly name: string | undefined } | undefined;
  readonly outerFlags: Flags;
  readonly options: Part[];
  items: Part[];
  optionStart: number;
}

/**
 * Builds the syntax tree from tokens as they are read, left to right. Groups are kept on a stack of its
 * own, so nesting costs no call depth.
 */
export class TreeBuilder {
  readonly source: string;
  private flags: Flags = { i: false, m: false, s: false, U: false };
  private readonly frames: Frame[] = [];
  private frame: Frame;
  private groups = 0;
  private readonly names = new Set<string>();
  private lastRepeatEnd = -1;

  constructor(source: string) {
    this.source = source;
    this.frame = this.createFrame({ start: 0, end: 0 }, undefined);
  }

  get fold(): boolean {
    return this.flags.i;
  }

  addLiteral(place: Span, codePoint: number): void {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff && place.end - place.start === 1) {
      refuse(
        'lone-surrogate',
        place,
        'half of a surrogate pair is not a character',
        'write the whole character, or `\\x{...}` with its code point',
      );
    }
    const set: CharSet = codePoint >= 0xd800 && codePoint <= 0xdfff ? EMPTY_SET : [codePoint, codePoint];
    this.addChar(place, 'literal', this.fold ? foldSet(set) : set);
  }

  addChar(place: Span, form: CharNode['form'], set: CharSet): void {
    this.add({ type: 'char', form, set, fold: this.fold, start: place.start, end: place.end });
  }

  addDot(place: Span): void {
    this.addChar(place, 'any', this.flags.s ? ANY_SET : NOT_NEWLINE_SET);
  }

  addCaret(place: Span): void {
    this.addAssertion(place, this.flags.m ? 'begin-line' : 'begin-text');
  }

  addDollar(place: Span): void {
    this.addAssertion(place, this.flags.m ? 'end-line' : 'end-text');
  }

  addAssertion(place: Span, kind: AssertionKind): void {
    this.add({ type: 'assertion', kind, start: place.start, end: place.end });
  }

  private add(node: PatternNode, weight = 1): void {
    this.frame.items.push({ node, weight });
  }

  /** Applies `*`, `+`, `?` or `{n,m}`, each with an optional `?`, to what stands before it. */
  repeat(place: Span, text: string): void {
    const adjacent = this.lastRepeatEnd === place.start;
    if (adjacent) this.refuseDoubleRepeat(place, text);
    const part = this.frame.items.pop();
    if (part === undefined) {
      refuse(
        'nothing-to-repeat',
        place,
        `nothing stands before ${quote(text)} that could repeat`,
        `escape it as \`\\${text.charAt(0)}\` if the character itself is meant`,
      );
    }
    const lazy = text.length > 1 && text.endsWith('?');
    const { min, max } = this.readBounds(place, lazy ? text.slice(0, -1) : text);
    const count = max ?? min;
    const bounded = text.startsWith('{');
    const weight = bounded ? count * Math.max(1, part.weight) : part.weight;
    if (bounded && (min >= 2 || count >= 2) && weight > MAX_REPEAT) {
      refuse(
        'bad-repeat-count',
        { start: part.node.start, end: place.end },
        `nested repeats amount to ${weight}, more than ${MAX_REPEAT}`,
        'RE2 multiplies the counts of repeats inside repeats: lower one of them, or use `*` or `+`',
      );
    }
    this.lastRepeatEnd = place.end;
    this.add(
      {
        type: 'repeat',
        item: part.node,
        min,
        max,
        greedy: lazy === this.flags.U,
        start: part.node.start,
        end: place.end,
      },
      weight,
    );
  }

  private refuseDoubleRepeat(place: Span, text: string): never {
    const both = { start: place.start - 1, end: place.end };
    if (text.startsWith('+')) {
      return refuse(
        'possessive',
        both,
        `possessive repeat ${quote(this.source.slice(both.start, both.end))} is not part of RE2`,
        'leave the `+` out: RE2 never backtracks, so there is nothing to prevent',
      );
    }
    return refuse(
      'double-repeat',
      both,
      `repeat ${quote(text)} directly after another repeat`,
      'put the inner repeat into a group, as in `(?:a*){2}`, or leave one of them out',
    );
  }

  private readBounds(place: Span, text: string): { min: number; max: number | undefined } {
    switch (text) {
      case '*':
        return { min: 0, max: undefined };
      case '+':
        return { min: 1, max: undefined };
      case '?':
        return { min: 0, max: 1 };
    }
    const [low = '0', high] = text.slice(1, -1).split(',');
    const min = Number(low);
    const max = high === undefined ? min : high === '' ? undefined : Number(high);
    const hint = `a repeat counts from 0 to ${MAX_REPEAT}, the lower bound first`;
    if (min > MAX_REPEAT || (max ?? 0) > MAX_REPEAT) {
      return refuse(
        'bad-repeat-count',
        place,
        `repeat count ${quote(text)} is above ${MAX_REPEAT}`,
        `${hint}; use \`{n,}\`, \`*\` or \`+\` where there is no limit`,
      );
    }
    if (max !== undefined && min > max) {
      return refuse(
        'bad-repeat-count',
        place,
        `repeat count ${quote(text)} has its bounds the wrong way round`,
        hint,
      );
    }
    return { min, max };
  }

  openGroup(place: Span, text: string): void {
    if (this.frames.length >= MAX_NESTING) {
      refuse(
        'nested-too-deep',
        place,
        `groups are nested more than ${MAX_NESTING} deep`,
        'remove parentheses that only group one thing',
      );
    }
    this.frames.push(this.frame);
    if (text.startsWith('(?') && text.endsWith(':')) {
      const frame = this.createFrame(place, undefined);
      this.setFlags(text.slice(2, -1));
      this.frame = frame;
      return;
    }
    const name = text === '(' ? undefined : text.slice(text.indexOf('<') + 1, -1);
    if (name !== undefined && this.names.has(name)) {
      refuse(
        'duplicate-group-name',
        place,
        `a second group is named ${quote(name)}`,
        'give each group a name of its own',
      );
    }
    if (name !== undefined) this.names.add(name);
    this.frame = this.createFrame(place, { index: ++this.groups, name });
  }

  closeGroup(place: Span): void {
    const outer = this.frames.pop();
    if (outer === undefined) {
      refuse(
        'unexpected-parenthesis',
        place,
        'this `)` closes nothing',
        'remove it, or escape it as `\\)` if the character itself is meant',
      );
    }
    const { capture, opening, outerFlags } = this.frame;
    const part = this.finishFrame(place.start);
    const span = { start: opening.start, end: place.end };
    this.flags = outerFlags;
    this.frame = outer;
    const { index, name } = capture ?? {};
    this.add(
      index === undefined
        ? { ...part.node, ...span }
        : { type: 'group', item: part.node, index, name, ...span },
      part.weight,
    );
  }

  bar(place: Span): void {
    this.finishOption(place.start);
    this.frame.optionStart = place.end;
  }

  /** `(?i)`: flags from here to the end of the group. */
  changeFlags(text: string): void {
    this.setFlags(text.slice(2, -1));
  }

  finish(): PatternNode {
    if (this.frames.length > 0) {
      const { opening } = this.frame;
      refuse(
        'missing-parenthesis',
        opening,
        `${quote(this.source.slice(opening.start, opening.end))} is never closed`,
        'add the missing `)`, or escape it as `\\(` if the character itself is meant',
      );
    }
    return this.finishFrame(this.source.length).node;
  }

  private setFlags(text: string): void {
    let value = true;
    const next: Record<string, boolean> = { ...this.flags };
    for (const char of text) {
      if (char === '-') value = false;
      else next[char] = value;
    }
    const { i = false, m = false, s = false, U = false } = next;
    this.flags = { i, m, s, U };
  }

  private createFrame(opening: Span, capture: Frame['capture']): Frame {
    return { opening, capture, outerFlags: this.flags, options: [], items: [], optionStart: opening.end };
  }

  private finishOption(end: number): void {
    const { items, options, optionStart: start } = this.frame;
    const [only] = items;
    if (only !== undefined && items.length === 1) {
      options.push(only);
    } else {
      const weight = items.reduce((most, item) => Math.max(most, item.weight), 1);
      const node: PatternNode =
        only === undefined
          ? { type: 'empty', start, end }
          : { type: 'concat', items: items.map((item) => item.node), start, end };
      options.push({ node, weight });
    }
    this.frame.items = [];
  }

  private finishFrame(end: number): Part {
    this.finishOption(end);
    const { options, opening } = this.frame;
    const [only] = options;
    if (only !== undefined && options.length === 1) return only;
    return {
      node: { type: 'alternate', options: options.map((part) => part.node), start: opening.end, end },
      weight: options.reduce((most, part) => Math.max(most, part.weight), 1),
    };
  }
}
