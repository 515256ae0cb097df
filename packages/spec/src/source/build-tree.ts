import { appendPointer } from '@agentpolicy/core';
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { hasLoneSurrogate } from './check-text.ts';
import { MAX_ALIASED, MAX_DEPTH } from './check-tokens.ts';
import type { Finding, FindingContext, Findings } from './findings.ts';
import { quoteText } from './quote-text.ts';
import type { MapEntry, ScalarStyle, Slot, SourceNode, Span } from './tree.ts';

const CORE_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** What an anchor stands for; `open` while the reader is still inside it. */
interface Anchor {
  readonly open: boolean;
  readonly slot: Slot;
}

/** How many values a node is when its aliases are written out, and how deep they nest. */
interface Measure {
  readonly size: number;
  readonly depth: number;
}

const LEAF: Measure = { size: 1, depth: 0 };

/** Turns YAML's nodes into a tree with places, aliases resolved; nodes behind aliases are shared, never copied. */
export class TreeBuilder {
  private readonly anchors = new Map<string, Anchor>();
  private readonly measures = new Map<SourceNode, Measure>();
  private readonly text: string;
  private readonly context: FindingContext;
  private readonly findings: Findings;
  private aliased = 0;

  constructor(text: string, context: FindingContext, findings: Findings) {
    this.text = text;
    this.context = context;
    this.findings = findings;
  }

  build(node: Node, pointer: string): Slot {
    if (isAlias(node)) return this.resolveAlias(node, pointer);
    const place = this.spanOf(node);
    const { anchor } = node;
    const broken: SourceNode = { kind: 'broken', ...place };
    if (anchor !== undefined) this.anchors.set(anchor, { open: true, slot: { node: broken, place } });
    const known = this.checkTag(node, place, pointer);
    const slot = { node: known ? this.buildNode(node, place, pointer) : broken, place };
    if (anchor !== undefined) this.anchors.set(anchor, { open: false, slot });
    return slot;
  }

  private buildNode(node: Scalar | YAMLMap | YAMLSeq, place: Span, pointer: string): SourceNode {
    if (isScalar(node)) return this.buildScalar(node, place, pointer);
    if (isMap(node)) {
      const entries = this.buildEntries(node, pointer);
      return this.measure({ kind: 'map', entries, ...place }, [...entries.values()]);
    }
    const items = node.items.map((item, index) =>
      this.buildValue(item, appendPointer(pointer, index), place),
    );
    return this.measure({ kind: 'sequence', items, ...place }, items);
  }

  /** A value that is left out is null, and stands where its parent's part before it ends. */
  private buildValue(value: unknown, pointer: string, fallback: Span): Slot {
    if (isAlias(value) || isScalar(value) || isMap(value) || isSeq(value)) return this.build(value, pointer);
    const place = { start: fallback.end, end: fallback.end };
    return { node: { kind: 'scalar', value: null, style: 'plain', ...place }, place };
  }

  private buildScalar(node: Scalar, place: Span, pointer: string): SourceNode {
    const { value } = node;
    if (typeof value === 'string') {
      if (hasLoneSurrogate(value)) {
        const help = 'write both halves of the character, or the character itself';
        this.add('lone-surrogate', 'an escape writes half of a character', help, place, pointer);
        return { kind: 'broken', ...place };
      }
      return { kind: 'scalar', value, style: styleOf(node), ...place };
    }
    if (value === null || typeof value === 'boolean' || typeof value === 'number') {
      return { kind: 'scalar', value, style: 'plain', ...place };
    }
    this.add('custom-tag', 'a value of a kind that a policy can not have', 'remove the tag', place, pointer);
    return { kind: 'broken', ...place };
  }

  private buildEntries(map: YAMLMap, pointer: string): ReadonlyMap<string, MapEntry> {
    const entries = new Map<string, MapEntry>();
    for (const pair of map.items) {
      const keySlot = this.buildValue(pair.key, pointer, this.spanOf(map));
      const keyPlace = keySlot.place;
      const key = this.readKey(keySlot, pointer);
      const childPointer = key === undefined ? pointer : appendPointer(pointer, key);
      const value = this.buildValue(pair.value, childPointer, keyPlace);
      if (key === undefined) continue;
      const first = entries.get(key);
      if (first === undefined) entries.set(key, { key, keyPlace, ...value });
      else this.addDuplicate(key, keyPlace, first, childPointer);
    }
    return entries;
  }

  private readKey({ node, place }: Slot, pointer: string): string | undefined {
    if (node.kind === 'broken') return undefined;
    if (node.kind === 'scalar' && typeof node.value === 'string') {
      if (node.value !== '<<' || node.style !== 'plain') return node.value;
      this.add(
        'merge-key',
        'the merge key `<<` is not part of YAML 1.2',
        'write the keys out; a key that is really named `<<` stands in quotes',
        place,
        pointer,
      );
      return undefined;
    }
    const written = quoteText(this.text.slice(place.start, place.end));
    this.add(
      'non-string-key',
      node.kind === 'scalar' ? `the key ${written} is not a string` : 'a list or mapping stands as a key',
      node.kind === 'scalar' ? 'put the key in quotes' : 'write a string before the `:`',
      place,
      pointer,
    );
    return undefined;
  }

  private addDuplicate(key: string, place: Span, first: MapEntry, pointer: string): void {
    const { start, end } = first.keyPlace;
    this.findings.add({
      code: 'duplicate-key',
      message: `the key ${quoteText(key)} is repeated`,
      help: 'remove one of the two: readers differ in which one they take',
      pointer,
      span: place,
      related: [
        {
          message: 'first written here',
          location: { file: this.context.file, pointer, range: this.context.rangeAt(start, end) },
        },
      ],
    });
  }

  private resolveAlias(alias: Alias, pointer: string): Slot {
    const place = this.spanOf(alias);
    const broken: Slot = { node: { kind: 'broken', ...place }, place };
    const anchor = this.anchors.get(alias.source);
    const name = quoteText(alias.source);
    if (anchor === undefined) {
      this.add(
        'unknown-anchor',
        `no anchor ${name} stands before this alias`,
        'write the value out; a text that begins with `*` stands in quotes',
        place,
        pointer,
      );
      return broken;
    }
    if (anchor.open) {
      this.add(
        'alias-loop',
        `the alias ${name} stands inside the value that it refers to`,
        'write the value out',
        place,
        pointer,
      );
      return broken;
    }
    const before = this.aliased;
    this.aliased += this.measureOf(anchor.slot.node).size;
    if (before > MAX_ALIASED) return broken;
    if (this.aliased > MAX_ALIASED) {
      this.add(
        'alias-expansion',
        `aliases add more than ${MAX_ALIASED} values to the policy`,
        'write the values out, and only those that are needed',
        place,
        pointer,
      );
      return broken;
    }
    return { node: anchor.slot.node, place };
  }

  private measureOf(node: SourceNode): Measure {
    return this.measures.get(node) ?? LEAF;
  }

  private measure(node: SourceNode, children: readonly Slot[]): SourceNode {
    let size = 1;
    let depth = 0;
    for (const child of children) {
      const measured = this.measureOf(child.node);
      size += measured.size;
      depth = Math.max(depth, measured.depth + 1);
    }
    if (depth > MAX_DEPTH) {
      this.add(
        'too-deep',
        `with its aliases the value is nested deeper than ${MAX_DEPTH} levels`,
        'write the values out',
        { start: node.start, end: node.start + 1 },
        '',
      );
      return { kind: 'broken', start: node.start, end: node.end };
    }
    this.measures.set(node, { size, depth });
    return node;
  }

  private checkTag(node: Scalar | YAMLMap | YAMLSeq, place: Span, pointer: string): boolean {
    const { tag } = node;
    if (tag === undefined || CORE_TAGS.has(tag) || tag === '!') return true;
    this.add('custom-tag', `the tag ${quoteText(tag)} is not known`, 'remove the tag', place, pointer);
    return false;
  }

  private add(code: Finding['code'], message: string, help: string, span: Span, pointer: string): void {
    this.findings.add({ code, message, help, span, pointer });
  }

  /** Without the line breaks that a block ends with. */
  private spanOf(node: Node): Span {
    const [start, valueEnd] = node.range ?? [0, 0, 0];
    let end = valueEnd;
    while (end > start && isSpace(this.text.charCodeAt(end - 1))) end--;
    return { start, end };
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function styleOf(node: Scalar): ScalarStyle {
  switch (node.type) {
    case 'QUOTE_SINGLE':
      return 'single';
    case 'QUOTE_DOUBLE':
      return 'double';
    case 'BLOCK_LITERAL':
      return 'literal';
    case 'BLOCK_FOLDED':
      return 'folded';
    default:
      return 'plain';
  }
}
