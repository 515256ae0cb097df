import type { JsonMember, JsonNode, JsonNumber, JsonObject } from './node.ts';

export type JsonErrorCode =
  | 'syntax'
  | 'duplicate-key'
  | 'too-deep'
  | 'number-range'
  | 'control-character'
  | 'trailing-text'
  | 'byte-order-mark';

/** Why a text is no acceptable JSON, and where (UTF-16 offset). */
export interface JsonError {
  readonly code: JsonErrorCode;
  readonly message: string;
  readonly offset: number;
}

export type JsonResult =
  | { readonly ok: true; readonly value: JsonNode }
  | { readonly ok: false; readonly error: JsonError };

export interface JsonLimits {
  /** How many arrays and objects may stand inside each other; 128 unless told, and never more than 512. */
  readonly maxDepth?: number;
}

export const DEFAULT_MAX_DEPTH = 128;

/** Whoever walks a value recurses as this reader does: more levels would not fit everybody's stack. */
const DEEPEST = 512;

/** Carries a JsonError out of the recursive descent; never leaves this file. */
class ReadFailure extends Error {
  readonly detail: JsonError;
  constructor(detail: JsonError) {
    super(detail.message);
    this.detail = detail;
  }
}

/** Objects up to this size find a repeated key by looking at every key; larger ones build a set. */
const SMALL_OBJECT = 12;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isHexDigit(code: number): boolean {
  const lower = code | 0x20;
  return isDigit(code) || (lower >= 0x61 && lower <= 0x66);
}

/** Neither too large for a double nor, being more than nothing, so small that a double makes 0 of it (`1e-400`). */
function isInRange(literal: string): boolean {
  const value = Number(literal);
  return value === 0 ? !/^[-0.]*[1-9]/.test(literal) : Number.isFinite(value);
}

/**
 * Reads JSON (RFC 8259) strictly and without loss. Beyond the grammar it refuses what two readers could
 * understand differently: a key that is repeated in one object (also through escapes), a number that no
 * double holds (`1e400`, `1e-400`), a byte order mark, text after the value, and nesting past the limit.
 */
class JsonReader {
  private at = 0;
  private depth = 0;
  private readonly text: string;
  private readonly maxDepth: number;

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  readDocument(): JsonNode {
    if (this.text.charCodeAt(0) === 0xfeff)
      this.fail('byte-order-mark', 'a byte order mark before the value', 0);
    this.skipSpace();
    const value = this.readValue();
    this.skipSpace();
    if (this.at < this.text.length) this.fail('trailing-text', 'text after the end of the value');
    return value;
  }

  private fail(code: JsonErrorCode, message: string, offset = this.at): never {
    throw new ReadFailure({ code, message, offset });
  }

  private unexpected(wanted: string): never {
    if (this.at >= this.text.length) this.fail('syntax', `the text ends where ${wanted} is due`);
    const code = this.text.charCodeAt(this.at);
    if (code < 0x20) this.fail('control-character', `a raw control character stands where ${wanted} is due`);
    const found = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0xfffd);
    this.fail('syntax', `\`${found}\` stands where ${wanted} is due`);
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  private readValue(): JsonNode {
    const start = this.at;
    switch (this.text.charCodeAt(start)) {
      case 0x22: {
        const value = this.readString();
        return { kind: 'string', value, start, end: this.at };
      }
      case 0x7b:
        return this.readObject();
      case 0x5b:
        return this.readArray();
      case 0x74:
        this.readWord('true');
        return { kind: 'boolean', value: true, start, end: this.at };
      case 0x66:
        this.readWord('false');
        return { kind: 'boolean', value: false, start, end: this.at };
      case 0x6e:
        this.readWord('null');
        return { kind: 'null', start, end: this.at };
      default:
        return this.readNumber();
    }
  }

  private readWord(word: string): void {
    if (!this.text.startsWith(word, this.at)) this.unexpected('a value');
    this.at += word.length;
  }

  private enter(): void {
    this.depth++;
    // Written so that a limit that is no number refuses everything.
    if (!(this.depth <= this.maxDepth))
      this.fail('too-deep', `values are nested deeper than ${this.maxDepth} levels`);
    this.at++;
    this.skipSpace();
  }

  private readObject(): JsonObject {
    const start = this.at;
    this.enter();
    const members: JsonMember[] = [];
    let seen: Set<string> | undefined;
    if (this.text.charCodeAt(this.at) === 0x7d) {
      this.at++;
    } else {
      for (;;) {
        if (this.text.charCodeAt(this.at) !== 0x22) this.unexpected('a key in double quotes');
        const keyStart = this.at;
        const key = this.readString();
        const keyEnd = this.at;
        if (seen === undefined && members.length === SMALL_OBJECT)
          seen = new Set(members.map((each) => each.key));
        if (seen === undefined ? members.some((each) => each.key === key) : seen.has(key)) {
          this.fail('duplicate-key', `the key \`${key}\` is repeated`, keyStart);
        }
        seen?.add(key);
        this.skipSpace();
        if (this.text.charCodeAt(this.at) !== 0x3a) this.unexpected('`:`');
        this.at++;
        this.skipSpace();
        members.push({ key, keyStart, keyEnd, value: this.readValue() });
        if (this.endOfList(0x7d, '`,` or `}`')) break;
      }
    }
    this.depth--;
    return { kind: 'object', members, start, end: this.at };
  }

  private readArray(): JsonNode {
    const start = this.at;
    this.enter();
    const items: JsonNode[] = [];
    if (this.text.charCodeAt(this.at) === 0x5d) {
      this.at++;
    } else {
      do items.push(this.readValue());
      while (!this.endOfList(0x5d, '`,` or `]`'));
    }
    this.depth--;
    return { kind: 'array', items, start, end: this.at };
  }

  /** Reads what follows an element: true behind the closing bracket, false where another element is due. */
  private endOfList(close: number, wanted: string): boolean {
    this.skipSpace();
    const code = this.text.charCodeAt(this.at);
    if (code !== close && code !== 0x2c) this.unexpected(wanted);
    this.at++;
    if (code === close) return true;
    this.skipSpace();
    return false;
  }

  private readNumber(): JsonNumber {
    const { text } = this;
    const start = this.at;
    if (text.charCodeAt(this.at) === 0x2d) this.at++;
    if (text.charCodeAt(this.at) === 0x30) this.at++;
    else if (isDigit(text.charCodeAt(this.at))) this.skipDigits('a digit');
    else {
      this.at = start;
      this.unexpected('a value');
    }
    if (text.charCodeAt(this.at) === 0x2e) {
      this.at++;
      this.skipDigits('a digit behind the decimal point');
    }
    if ((text.charCodeAt(this.at) | 0x20) === 0x65) {
      this.at++;
      const sign = text.charCodeAt(this.at);
      if (sign === 0x2b || sign === 0x2d) this.at++;
      this.skipDigits('a digit of the exponent');
    }
    const literal = text.slice(start, this.at);
    // Only a long literal or one with an exponent can pass a double's range.
    const isSimple = literal.length <= 300 && !literal.includes('e') && !literal.includes('E');
    if (!isSimple && !isInRange(literal)) this.fail('number-range', 'a number that no double holds', start);
    return { kind: 'number', literal, start, end: this.at };
  }

  private skipDigits(wanted: string): void {
    if (!isDigit(this.text.charCodeAt(this.at))) this.unexpected(wanted);
    while (isDigit(this.text.charCodeAt(this.at))) this.at++;
  }

  private readString(): string {
    const { text } = this;
    const start = this.at + 1;
    let at = start;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.at = at + 1;
        return text.slice(start, at);
      }
      if (code === 0x5c) return this.readEscapedString(start, at);
      if (!(code >= 0x20)) this.endOfRawString(at);
      at++;
    }
  }

  /** A string ends early: by the end of the text (charCodeAt gives NaN) or by a raw control character. */
  private endOfRawString(at: number): never {
    this.at = at;
    if (at >= this.text.length) this.fail('syntax', 'the text ends inside a string');
    this.fail('control-character', 'a raw control character inside a string');
  }

  private readEscapedString(start: number, firstEscape: number): string {
    const { text } = this;
    let at = firstEscape;
    for (let code = text.charCodeAt(at); code !== 0x22; code = text.charCodeAt(at)) {
      if (code === 0x5c) at += this.escapeLength(at);
      else if (code >= 0x20) at++;
      else this.endOfRawString(at);
    }
    this.at = at + 1;
    // Every escape was checked; the engine's own decoder is several times as fast as one written here.
    return String(JSON.parse(text.slice(start - 1, at + 1)));
  }

  private escapeLength(at: number): number {
    const letter = this.text.charAt(at + 1);
    switch (letter) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        return 2;
      case 'u':
        for (let digit = 2; digit < 6; digit++) {
          if (!isHexDigit(this.text.charCodeAt(at + digit)))
            this.fail('syntax', '`\\u` wants four hexadecimal digits', at);
        }
        return 6;
      case '':
        return this.fail('syntax', 'the text ends inside a string', at);
      default:
        return this.fail('syntax', `\`\\${letter}\` is no escape of JSON`, at);
    }
  }
}

/** Reads one JSON text strictly and without loss; never throws on any text. */
export function readJson(text: string, limits: JsonLimits = {}): JsonResult {
  try {
    return {
      ok: true,
      value: new JsonReader(text, Math.min(limits.maxDepth ?? DEFAULT_MAX_DEPTH, DEEPEST)).readDocument(),
    };
  } catch (failure) {
    if (failure instanceof ReadFailure) return { ok: false, error: failure.detail };
    throw failure;
  }
}
