/**
 * A scalar's value, unit by unit: `starts[i]` and `ends[i]` are the stretch of the source that the value's UTF-16
 * unit `i` comes from. An escape or a folded line break is one stretch for everything that it stands for.
 */
export interface ScalarText {
  readonly value: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export interface ScalarTextBuilder {
  readonly length: number;
  /** Appends text that stands for one stretch of the source. */
  add(text: string, start: number, end: number): void;
  /** Appends a stretch of the source that stands for itself. */
  copy(source: string, start: number, end: number): void;
  finish(): ScalarText;
}

export function createScalarText(): ScalarTextBuilder {
  const parts: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  return {
    get length() {
      return starts.length;
    },
    add(text, start, end) {
      parts.push(text);
      for (let unit = 0; unit < text.length; unit++) {
        starts.push(start);
        ends.push(end);
      }
    },
    copy(source, start, end) {
      parts.push(source.slice(start, end));
      for (let at = start; at < end; at++) {
        starts.push(at);
        ends.push(at + 1);
      }
    },
    finish: () => ({ value: parts.join(''), starts, ends }),
  };
}
