const STREAMS = 4;
/** The first block has so many units, and each that is read without a stop is followed by one twice as long. */
export const MIN_LEAP = 1024;
const MAX_LEAP = 4096;
/** Units that all streams read between two looks at what stopped them. */
const STRIP = 64;
/** Units before its stretch that a stream reads to come to the state that the stream before it will end in. */
const WARM_UP = 96;

/** The most units that are read singly because of a character that is not ASCII. */
const MAX_PATIENCE = 16_384;

/** What is looked for is often near: so many units are read singly before a leap. */
export const NEAR = 64;

/** An automaton as rows of a table. */
export interface Rows {
  /** The offset of the row that follows, at the sum of a row's offset and an ASCII character. */
  readonly cells: Int32Array;
  /** Rows below this offset need a closer look, and are only followed by such rows. */
  readonly limit: number;
}

/**
 * Reads long ASCII texts several times as fast as one unit after the other: an automaton waits for its table most
 * of the time, so four streams read four stretches side by side. All but the first guess the state that they
 * begin in; what a stream has read counts only where the stream before it ends in that very state. So a wrong guess
 * changes nothing, and costs no more than reading once again. The text is copied to bytes for it, 4 KiB at a time;
 * these and what they were are all that is kept.
 */
export class Leap {
  /** The state at the place that `run` came to. */
  state = 0;
  /** Up to here, going on singly is the better way. */
  next = 0;
  private bytes: Uint8Array | undefined;
  private patience = MIN_LEAP;
  private isStopped = false;
  private readonly encoder = new TextEncoder();
  /** For each stream: where its stretch begins, in which state, and the state that it has come to. */
  private readonly bases = new Int32Array(STREAMS);
  private readonly guesses = new Int32Array(STREAMS);
  private readonly states = new Int32Array(STREAMS);

  /**
   * Reads from `from`, in state `first`, and returns a place not beyond `to`. Stops before a character that is
   * not ASCII or that leads to a row below the limit, or near `to`.
   */
  run(text: string, from: number, to: number, first: number, rows: Rows): number {
    this.state = first;
    this.next = to;
    let at = from;
    for (let size = MIN_LEAP; to - at >= size; ) {
      this.bytes ??= new Uint8Array(MAX_LEAP);
      const { read, written } = this.encoder.encodeInto(text.slice(at, at + size), this.bytes);
      if (read !== size || written !== size) {
        // Where one such character stands there are often more: each attempt in vain makes the next one later.
        this.next = at + Math.max(size, this.patience);
        this.patience = Math.min(2 * this.patience, MAX_PATIENCE);
        return at;
      }
      this.patience = MIN_LEAP;
      const reached = this.readBlock(this.bytes, size / STREAMS, rows);
      at += reached;
      if (this.isStopped) {
        this.next = at + NEAR;
        return at;
      }
      if (to - at < size) size = MIN_LEAP;
      else if (reached === size && size < MAX_LEAP && to - at >= 2 * size) size *= 2;
    }
    return at;
  }

  /** Reads one block from `state`; returns how far that counts. */
  private readBlock(bytes: Uint8Array, stride: number, rows: Rows): number {
    const { bases, guesses, states } = this;
    this.guess(bytes, stride, rows);
    states.set(guesses);
    for (let stream = 0; stream < STREAMS; stream++) bases[stream] = stream * stride;
    this.isStopped = false;
    let stop = STREAMS * stride;
    let stopState = 0;
    let streams = STREAMS;
    for (let at = 0; at < stride; ) {
      if (this.readTogether(bytes, at, at + STRIP, rows)) {
        at += STRIP;
        continue;
      }
      // The first stream that stops here ends the block; those behind it are of no use any more.
      for (let stream = 0; stream < streams; stream++) {
        const base = stream * stride + at;
        const length = this.readSingly(bytes, base, states[stream] ?? 0, rows);
        if (length === STRIP) continue;
        streams = stream;
        stop = base + length;
        stopState = this.state;
      }
      if (streams === 0) break;
      bases.fill(bases[streams - 1] ?? 0, streams);
      states.fill(states[streams - 1] ?? 0, streams);
    }
    let state = guesses[0] ?? 0;
    for (let stream = 0; stream < STREAMS; stream++) {
      this.state = state;
      if (state !== guesses[stream]) return stream * stride;
      if (stream === streams) {
        this.state = stopState;
        this.isStopped = true;
        return stop;
      }
      state = states[stream] ?? 0;
    }
    this.state = state;
    return stop;
  }

  /** Sets `guesses`: likely states where the streams begin. */
  private guess(bytes: Uint8Array, stride: number, { cells, limit }: Rows): void {
    const { guesses, state } = this;
    let b = state;
    let c = state;
    let d = state;
    for (let at = stride - WARM_UP; at < stride; at++) {
      const nextB = cells[b + (bytes[at] ?? 0)] ?? 0;
      const nextC = cells[c + (bytes[at + stride] ?? 0)] ?? 0;
      const nextD = cells[d + (bytes[at + 2 * stride] ?? 0)] ?? 0;
      // Where something stands here that never stood there, the guess begins anew.
      b = nextB < limit ? state : nextB;
      c = nextC < limit ? state : nextC;
      d = nextD < limit ? state : nextD;
    }
    guesses[0] = state;
    guesses[1] = b;
    guesses[2] = c;
    guesses[3] = d;
  }

  /** Reads a strip; returns how many of its units lead to no row below the limit, and sets `state`. */
  private readSingly(bytes: Uint8Array, from: number, first: number, { cells, limit }: Rows): number {
    this.state = first;
    for (let length = 0; length < STRIP; length++) {
      const target = cells[this.state + (bytes[from + length] ?? 0)] ?? 0;
      if (target < limit) return length;
      this.state = target;
    }
    return STRIP;
  }

  /** Reads a strip in all streams; false, and nothing is changed, where one of them needs a closer look. */
  private readTogether(bytes: Uint8Array, from: number, to: number, { cells, limit }: Rows): boolean {
    const { states, bases } = this;
    const second = bases[1] ?? 0;
    const third = bases[2] ?? 0;
    const fourth = bases[3] ?? 0;
    let a = states[0] ?? 0;
    let b = states[1] ?? 0;
    let c = states[2] ?? 0;
    let d = states[3] ?? 0;
    for (let at = from; at < to; at++) {
      a = cells[a + (bytes[at] ?? 0)] ?? 0;
      b = cells[b + (bytes[at + second] ?? 0)] ?? 0;
      c = cells[c + (bytes[at + third] ?? 0)] ?? 0;
      d = cells[d + (bytes[at + fourth] ?? 0)] ?? 0;
      if (a < limit || b < limit || c < limit || d < limit) return false;
    }
    states[0] = a;
    states[1] = b;
    states[2] = c;
    states[3] = d;
    return true;
  }
}

/** One for all automata: from one text to the next, it only remembers how much was in vain. */
export const LEAP: Leap = new Leap();
