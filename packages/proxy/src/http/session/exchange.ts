import { formatSse } from '../wire/read-sse.ts';

/** As many bytes wait for a client that does not read before nothing more is read for it. */
const HIGH_WATER = 1 << 20;

const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  // Proxies that gather what they pass on would hold events back.
  'x-accel-buffering': 'no',
};

/** A stream that is silent for so long, in milliseconds, is told to be alive: many clients give up one that is not. */
const KEEP_ALIVE = 15_000;

/** Takes messages for a client that speaks no HTTP. */
export interface MessageSink {
  write(text: string): void;
  readonly isFull: boolean;
  /** Resolves once there is room again. */
  ready(): Promise<void>;
}

/**
 * One HTTP request of the client's and what is answered on it: one JSON text, or a stream of events. Which of
 * them is decided by what comes first: the start of a stream, or the end. With a sink, all of it goes there instead.
 */
export class Exchange {
  readonly response: Promise<Response>;
  /** The requests that wait for their answers here: their ids as they were written, by the ids' keys. */
  readonly pending = new Map<string, string>();
  /** Requests to the server behind that are under way because of this one. */
  upstream = 0;
  status = 200;
  /** The client takes a stream in place of one answer. */
  acceptsStream = false;
  /** No client waits for it: it carries what the proxy asks the server for itself. */
  isOwn = false;
  /** It becomes a stream when there is more to say than one answer, or when that takes long. */
  becomesStream = false;
  readonly headers: Headers = new Headers();
  private respond: (response: Response) => void = () => undefined;
  private stream: ReadableStreamDefaultController<Uint8Array> | null = null;
  private messages: string[] = [];
  private decided = false;
  private closed = false;
  private wake: () => void = () => undefined;
  /** Since when nothing was written; null where that is not known yet. */
  private silentSince: number | null = null;
  private readonly onGone: AbortController = new AbortController();
  private readonly sink: MessageSink | null;

  constructor(sink: MessageSink | null = null) {
    this.sink = sink;
    this.decided = sink !== null;
    this.response = new Promise((resolve) => {
      this.respond = resolve;
    });
  }

  /** Aborted when the client leaves, or when everything was said. */
  get gone(): AbortSignal {
    return this.onGone.signal;
  }

  get isOpen(): boolean {
    return !this.closed;
  }

  /** The client does not read what it is sent. */
  get isFull(): boolean {
    if (this.closed) return false;
    if (this.sink !== null) return this.sink.isFull;
    return this.stream !== null && (this.stream.desiredSize ?? 0) <= 0;
  }

  get isStream(): boolean {
    return this.stream !== null || this.sink !== null;
  }

  /** From now on, what is sent leaves at once. */
  startStream(): void {
    if (this.decided) return;
    this.decided = true;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.stream = controller;
        },
        pull: () => this.wake(),
        cancel: () => this.leave(),
      },
      { highWaterMark: HIGH_WATER, size: (chunk) => chunk?.byteLength ?? 0 },
    );
    for (const [name, value] of Object.entries(STREAM_HEADERS)) this.headers.set(name, value);
    this.respond(new Response(body, { status: this.status, headers: this.headers }));
    for (const text of this.messages) this.write(formatSse(null, text));
    this.messages = [];
  }

  /** Sends a message; `eventId` is the server's own name for the event that it came in. */
  send(text: string, eventId: string | null): void {
    if (this.closed) return;
    if (this.sink !== null) this.sink.write(text);
    else if (this.stream === null) this.messages.push(text);
    else this.write(formatSse(eventId, text));
  }

  /** An event without a message: it only says where a resumed stream goes on. */
  mark(eventId: string, retry: number | null): void {
    if (this.stream !== null && !this.closed) this.write(formatSse(eventId, '', retry));
  }

  /** Time goes on, in milliseconds of which only differences count. */
  tick(now: number): void {
    if ((this.stream === null && !this.becomesStream) || this.closed) return;
    this.silentSince ??= now;
    if (now - this.silentSince < KEEP_ALIVE || this.isFull) return;
    this.startStream();
    this.write(': alive\n\n');
  }

  /** Resolves once the client has room for more, or has left. */
  ready(): Promise<void> {
    if (!this.isFull) return Promise.resolve();
    if (this.sink !== null) return this.sink.ready();
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** Ends what is answered here. */
  finish(): void {
    if (!this.closed) this.stream?.close();
    this.leave();
  }

  /** The client has left. */
  leave(): void {
    if (this.closed) return;
    this.closed = true;
    if (!this.decided) this.answerWhole();
    this.wake();
    this.onGone.abort();
  }

  private answerWhole(): void {
    this.decided = true;
    const { messages, headers } = this;
    if (messages.length === 0) {
      this.respond(new Response(null, { status: this.status === 200 ? 202 : this.status, headers }));
      return;
    }
    headers.set('content-type', 'application/json');
    const [only = ''] = messages;
    const body = messages.length === 1 ? only : `[${messages.flatMap(unwrapBatch).join(',')}]`;
    this.respond(new Response(body, { status: this.status, headers }));
  }

  private write(text: string): void {
    this.silentSince = null;
    this.stream?.enqueue(Buffer.from(text));
  }
}

/** What stands in a batch, or the message itself. */
function unwrapBatch(text: string): readonly string[] {
  const trimmed = text.trim();
  return [trimmed.startsWith('[') ? trimmed.slice(1, -1) : trimmed];
}
