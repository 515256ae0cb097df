/** One event of a stream of server-sent events (WHATWG HTML, "Server-sent events"). */
export interface SseEvent {
  /** Null where the event has none. */
  readonly id: string | null;
  /** `message` unless told. */
  readonly event: string;
  readonly data: string;
  /** Milliseconds; null where the event says none. */
  readonly retry: number | null;
}

/** What a stream is refused for. */
export class SseError extends Error {
  override readonly name = 'SseError';
}

interface Fields {
  id: string | null;
  event: string;
  data: string[] | null;
  retry: number | null;
}

/** Reads events from text that is cut anywhere. A line or an event past the limit throws SseError. */
export class SseReader {
  private readonly maxLength: number;
  private rest = '';
  private fields: Fields = noFields();
  private length = 0;
  private started = false;

  constructor(maxLength: number) {
    this.maxLength = maxLength;
  }

  push(text: string): readonly SseEvent[] {
    const events: SseEvent[] = [];
    let buffer = this.rest + text;
    if (!this.started && buffer !== '') {
      this.started = true;
      if (buffer.startsWith('\ufeff')) buffer = buffer.slice(1);
    }
    let at = 0;
    for (;;) {
      const end = findLineEnd(buffer, at);
      if (end === null) break;
      this.takeLine(buffer.slice(at, end.at), events);
      at = end.next;
    }
    this.rest = buffer.slice(at);
    this.checkLength(this.rest.length);
    return events;
  }

  private takeLine(line: string, events: SseEvent[]): void {
    if (line === '') {
      const { id, event, data, retry } = this.fields;
      if (id !== null || data !== null || retry !== null)
        events.push({ id, event, data: (data ?? []).join('\n'), retry });
      this.fields = noFields();
      this.length = 0;
      return;
    }
    this.length += line.length;
    this.checkLength(0);
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    this.takeField(name, value);
  }

  private takeField(name: string, value: string): void {
    switch (name) {
      case 'data':
        this.fields.data = [...(this.fields.data ?? []), value];
        return;
      case 'id':
        if (!value.includes('\0')) this.fields.id = value;
        return;
      case 'event':
        this.fields.event = value;
        return;
      case 'retry':
        if (/^\d{1,9}$/.test(value)) this.fields.retry = Number(value);
    }
  }

  private checkLength(more: number): void {
    if (this.length + more > this.maxLength) throw new SseError('an event is longer than the limit');
  }
}

function noFields(): Fields {
  return { id: null, event: 'message', data: null, retry: null };
}

/** LF, CR, or CR and LF; a CR at the end of the text waits for what follows. */
function findLineEnd(text: string, from: number): { readonly at: number; readonly next: number } | null {
  const lf = text.indexOf('\n', from);
  const cr = text.indexOf('\r', from);
  if (cr >= 0 && (lf < 0 || cr < lf)) {
    if (cr === text.length - 1) return null;
    return { at: cr, next: text[cr + 1] === '\n' ? cr + 2 : cr + 1 };
  }
  return lf < 0 ? null : { at: lf, next: lf + 1 };
}

/** An event as it goes over the wire; data of several lines takes several fields. */
export function formatSse(id: string | null, data: string, retry: number | null = null): string {
  const head = `${id === null ? '' : `id: ${id}\n`}${retry === null ? '' : `retry: ${retry}\n`}`;
  return `${head}${data
    .split('\n')
    .map((line) => `data: ${line}\n`)
    .join('')}\n`;
}
