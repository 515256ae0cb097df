import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Scalar,
} from 'yaml';
import type { Place, Problem } from '../problem.ts';
import { MAX_DEPTH, readTokens } from './read-tokens.ts';

/** A YAML value with the place that it stands at. */
export type YamlValue = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  readonly place: Place;
  readonly value: YamlValue;
}

export interface YamlList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly YamlValue[];
}

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
  /** A number's digits as they are written, where JSON could write them so. */
  readonly literal?: string;
}

export type YamlReading =
  | { readonly ok: true; readonly value: YamlValue }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A suite or vector file larger than this is refused. */
export const MAX_YAML_BYTES = 8 * 1024 * 1024;

/** Aliases can multiply what a file says; past this many values it is refused. */
const MAX_VALUES = 500_000;

const DEEPER = `values are nested deeper than ${MAX_DEPTH} levels`;

/** Finding what an alias stands for walks through the document. */
const MAX_ALIASES = 1000;

/** One mistake in YAML often makes many: more than these tell nothing new. */
const MAX_MISTAKES = 5;

class YamlFailure extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Turns the library's nodes into values with places, and refuses what could be understood in two ways. */
class YamlConverter {
  private values = 0;
  private aliases = 0;
  private readonly placeAt: (offset: number) => Place;
  private readonly document: Document.Parsed;

  constructor(placeAt: (offset: number) => Place, document: Document.Parsed) {
    this.placeAt = placeAt;
    this.document = document;
  }

  private fail(code: string, message: string, place: Place, help?: string): never {
    throw new YamlFailure({ code, message, place, ...(help === undefined ? {} : { help }) });
  }

  convert(node: unknown, depth: number, fallback: Place): YamlValue {
    const place = this.placeOf(node, fallback);
    this.values++;
    if (this.values > MAX_VALUES) this.fail('too-large', 'the file holds too many values', place);
    if (depth > MAX_DEPTH) this.fail('too-deep', DEEPER, place);
    if (isAlias(node)) {
      this.aliases++;
      if (this.aliases > MAX_ALIASES)
        this.fail('too-large', `the file holds more than ${MAX_ALIASES} aliases`, place);
      const target = node.resolve(this.document);
      if (target === undefined) this.fail('unknown-alias', `no anchor is called \`${node.source}\``, place);
      return this.convert(target, depth + 1, place);
    }
    if (isMap(node)) return this.convertMap(node.items, depth, place);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.convert(item, depth + 1, place));
      return { kind: 'list', place, items };
    }
    if (isScalar(node)) return this.convertScalar(node, place);
    return { kind: 'scalar', place, value: null };
  }

  private placeOf(node: unknown, fallback: Place): Place {
    if (typeof node !== 'object' || node === null || !('range' in node)) return fallback;
    const { range } = node as Node;
    return range ? this.placeAt(range[0]) : fallback;
  }

  private convertMap(
    pairs: readonly { readonly key: unknown; readonly value: unknown }[],
    depth: number,
    place: Place,
  ): YamlMap {
    const seen = new Set<string>();
    const entries = pairs.map((pair): YamlEntry => {
      const keyPlace = this.placeOf(pair.key, place);
      const key = isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : undefined;
      if (key === undefined) this.fail('wrong-type', 'a key is not a string', keyPlace, 'put it in quotes');
      if (seen.has(key)) this.fail('duplicate-key', `the key \`${key}\` is repeated`, keyPlace);
      seen.add(key);
      return { key, place: keyPlace, value: this.convert(pair.value, depth + 1, keyPlace) };
    });
    return { kind: 'map', place, entries };
  }

  private convertScalar(node: Scalar, place: Place): YamlScalar {
    const { value, source } = node;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) this.fail('wrong-type', 'this number has no JSON form', place);
      const plain = node.type === Scalar.PLAIN && source !== undefined && isJsonNumber(source);
      return { kind: 'scalar', place, value, literal: plain ? source : String(value) };
    }
    if (typeof value === 'string' || typeof value === 'boolean') return { kind: 'scalar', place, value };
    if (value === null || value === undefined) return { kind: 'scalar', place, value: null };
    this.fail('wrong-type', 'a value that is neither text, number, boolean nor null', place);
  }
}

function isJsonNumber(text: string): boolean {
  return /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(text);
}

/** Reads one YAML 1.2 (core) document. Every mistake is a problem with its place; nothing is thrown. */
export function readYaml(text: string, file: string): YamlReading {
  const start: Place = { file, line: 1, column: 1 };
  if (Buffer.byteLength(text) > MAX_YAML_BYTES) {
    const message = `the file is larger than ${MAX_YAML_BYTES / 1024 / 1024} MiB`;
    return { ok: false, problems: [{ code: 'too-large', message, place: start }] };
  }
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const split = readTokens(text, lines);
  if (!split.ok) {
    const message =
      split.code === 'too-deep'
        ? DEEPER
        : 'the file is cut into more pieces than a suite or vectors can have';
    return { ok: false, problems: [{ code: split.code, message, place: placeAt(split.offset) }] };
  }
  try {
    // The library's own check for repeated keys compares every pair of them; the converter's uses a set.
    const composer = new Composer({
      version: '1.2',
      schema: 'core',
      uniqueKeys: false,
      merge: false,
      prettyErrors: false,
    });
    const [document, second] = [...composer.compose(split.tokens, true, text.length)];
    if (second !== undefined) {
      const message = 'a second document begins in the file';
      const place = placeAt(second.range[0]);
      return {
        ok: false,
        problems: [{ code: 'yaml-syntax', message, place, help: 'put it in a file of its own' }],
      };
    }
    if (document === undefined) return { ok: true, value: { kind: 'scalar', place: start, value: null } };
    const converter = new YamlConverter(placeAt, document);
    const mistakes = [...document.errors, ...document.warnings]
      .slice(0, MAX_MISTAKES)
      .map((mistake): Problem => {
        const [line = ''] = mistake.message.split('\n');
        const place = placeAt(mistake.pos[0]);
        return { code: 'yaml-syntax', message: line.charAt(0).toLowerCase() + line.slice(1), place };
      });
    if (mistakes.length > 0) return { ok: false, problems: mistakes };
    return { ok: true, value: converter.convert(document.contents, 0, start) };
  } catch (cause) {
    if (cause instanceof YamlFailure) return { ok: false, problems: [cause.problem] };
    throw cause;
  }
}
