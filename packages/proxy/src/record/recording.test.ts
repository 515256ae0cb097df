import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecording } from './recording.ts';
import type { TraceDirection } from './trace-line.ts';

/** What is said of one line of a trace, with the message as the trace's text has it. */
interface Written {
  readonly direction: string;
  readonly text: string;
  readonly envelope: Readonly<Record<string, unknown>>;
}

function readWritten(line: string): Written {
  const envelope: Record<string, unknown> = JSON.parse(line);
  const raw = line.indexOf(',"raw":');
  const text = 'raw' in envelope ? line.slice(raw + ',"raw":'.length, -2) : String(envelope.text);
  return { direction: String(envelope.direction), text, envelope };
}

function record(parts: readonly (readonly [TraceDirection, Uint8Array | string])[], maxLineBytes = 1000) {
  const lines: string[] = [];
  const recording = createRecording({
    file: { append: (more) => lines.push(...more), lost: 0, close: () => undefined },
    redactor: null,
    now: () => new Date('2026-01-20T10:30:45.123Z'),
    maxLineBytes,
    sessionId: 's/1',
    serverLabel: 'a "server"',
  });
  for (const [direction, bytes] of parts) recording.take(direction, Buffer.from(bytes));
  const pending = recording.hasPending();
  for (const direction of ['c2s', 's2c', 'stderr'] as const) recording.end(direction);
  return { lines, written: lines.map(readWritten), pending };
}

describe('a recording', () => {
  it('writes the members that a trace has, in one order', () => {
    const { lines } = record([['c2s', '{"jsonrpc":"2.0","id":1,"method":"ping"}\r\n']]);
    expect(lines).toEqual([
      '{"session_id":"s/1","server_label":"a \\"server\\"","seq":1,"ts":"2026-01-20T10:30:45.123Z",' +
        '"direction":"c2s","transport":"stdio","raw":{"jsonrpc":"2.0","id":1,"method":"ping"}}\n',
    ]);
  });

  it.each([
    ['keys that are repeated', '{"id":1,"id":2}', { raw: { id: 2 } }],
    ['an array', '[1, 2]', { raw: [1, 2] }],
    ['no JSON', 'not json', { unparsed: true, text: 'not json' }],
    ['half a message', '{"id":1,', { unparsed: true, text: '{"id":1,' }],
    ['a byte order mark', '\ufeff{"id":1}', { unparsed: true, text: '\ufeff{"id":1}' }],
    ['white space around a message', '\t{"id":1} ', { text: '\t{"id":1} ' }],
  ])('takes %s as it is', (_, line, expected) => {
    expect(record([['s2c', `${line}\n`]]).written[0]?.envelope).toMatchObject(expected);
  });

  it('does not make a message of bytes that are none', () => {
    const broken = Buffer.from('{"id":"\xff"}\n', 'latin1');
    const [line] = record([['c2s', broken]]).written;
    expect(line?.envelope).toMatchObject({
      unparsed: true,
      inexact: 'invalid-utf8',
      text: '{"id":"\ufffd"}\ufffd',
    });
  });

  it('keeps the ends of a line past the limit, and says how long it was', () => {
    const [line] = record([['c2s', `{"id":1,"x":"${'y'.repeat(5000)}"}\n`]]).written;
    expect(line?.envelope).toMatchObject({ unparsed: true, inexact: 'too-long', bytes: 5015 });
    expect(line?.text).toMatch(/^\{"id":1,"x":"y+…y+"\}$/);
  });

  it('knows whether an answer is due', () => {
    const request = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';
    const answer = '{"jsonrpc":"2.0","id":1,"result":{}}\n';
    expect(record([['c2s', request]]).pending).toBe(true);
    const answered = record([
      ['c2s', request],
      ['s2c', answer],
    ]);
    expect(answered.pending).toBe(false);
  });

  it('reads back as what passed, however it was cut', () => {
    const line = fc.oneof(
      fc.json().filter((text) => !text.includes('\n')),
      fc.json().map((text) => `{"jsonrpc":"2.0","id":7,"method":"a","params":${text}}`),
      fc.string({ unit: 'binary' }).filter((text) => !/[\n\r\ud800-\udfff]/.test(text)),
    );
    const chunk = fc.tuple(fc.constantFrom<TraceDirection>('c2s', 's2c', 'stderr'), line);
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 8 }), fc.nat(20), (passed, cut) => {
        // One direction's line is whole before the next one's begins; inside, bytes are cut anywhere.
        const chunks = passed.flatMap(([direction, text]) => {
          const bytes = Buffer.from(`${text}\n`);
          return [[direction, bytes.subarray(0, cut)] as const, [direction, bytes.subarray(cut)] as const];
        });
        const { written } = record(chunks, 100_000);
        const expected = passed.filter(([, text]) => /[^ \t]/.test(text));
        expect(written.map(({ direction, text }) => [direction, text])).toEqual(expected);
        expect(written.map(({ envelope }) => envelope.seq)).toEqual(expected.map((_, index) => index + 1));
      }),
    );
  });
});
