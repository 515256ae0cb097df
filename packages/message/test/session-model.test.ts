import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSession, type Message, type MessageId, readMessage, type Side } from '../src/index.ts';

type Step =
  | {
      readonly kind: 'request' | 'answer' | 'close' | 'cancel' | 'withhold';
      readonly side: Side;
      readonly id: number | string;
    }
  | { readonly kind: 'notify'; readonly side: Side };

const side = fc.constantFrom<Side>('client', 'server');
const id = fc.constantFrom<number | string>(0, 1, 2, '1', 'a');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('request', 'answer', 'close', 'cancel', 'withhold'),
    side,
    id,
  }),
  fc.record({ kind: fc.constant<'notify'>('notify'), side }),
);

const other = (from: Side): Side => (from === 'client' ? 'server' : 'client');

function message(from: Side, members: object): Message {
  return readMessage(JSON.stringify({ jsonrpc: '2.0', ...members }), from);
}

function idOf(value: number | string): MessageId {
  return { key: typeof value === 'number' ? `n${value}` : `s${value}`, text: JSON.stringify(value), value };
}

/** The open requests of both sides as a plain list: what a session must agree with. */
class Model {
  open: { readonly side: Side; readonly id: number | string; cancelled: boolean; withheld: boolean }[] = [];
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  find(from: Side, wanted: number | string) {
    return this.open.find((each) => each.side === from && each.id === wanted);
  }

  remove(from: Side, wanted: number | string): boolean {
    const found = this.find(from, wanted);
    this.open = this.open.filter((each) => each !== found);
    return found !== undefined;
  }

  request(from: Side, wanted: number | string): boolean {
    if (this.find(from, wanted) !== undefined) return false;
    const own = this.open.filter((each) => each.side === from);
    if (own.length >= this.limit) {
      if (!own.some((each) => each.cancelled)) return false;
      const oldest = this.cancelOrder.find((each) => each.side === from && this.open.includes(each));
      this.open = this.open.filter((each) => each !== oldest);
    }
    this.open.push({ side: from, id: wanted, cancelled: false, withheld: false });
    return true;
  }

  answer(from: Side, wanted: number | string): boolean {
    return this.find(from, wanted)?.withheld !== true && this.remove(from, wanted);
  }

  withhold(from: Side, wanted: number | string): void {
    const found = this.find(from, wanted);
    if (found !== undefined) found.withheld = true;
  }

  private readonly cancelOrder: Model['open'] = [];

  cancel(from: Side, wanted: number | string): boolean {
    const found = this.find(from, wanted);
    if (found === undefined) return false;
    if (!found.cancelled) this.cancelOrder.push(found);
    found.cancelled = true;
    return true;
  }
}

describe('a session', () => {
  it('agrees with a list of open requests, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, maxOpen) => {
        const session = createSession({ maxOpen });
        const model = new Model(maxOpen);
        for (const each of steps) {
          switch (each.kind) {
            case 'request': {
              const verdict = session.receive(message(each.side, { id: each.id, method: 'ping' }));
              expect(verdict.action).toBe(model.request(each.side, each.id) ? 'forward' : 'refuse');
              break;
            }
            case 'answer': {
              const verdict = session.receive(message(each.side, { id: each.id, result: {} }));
              expect(verdict.action).toBe(model.answer(other(each.side), each.id) ? 'forward' : 'drop');
              break;
            }
            case 'withhold':
              session.withholdRequest(each.side, idOf(each.id));
              model.withhold(each.side, each.id);
              break;
            case 'close': {
              const closed = session.closeRequest(each.side, idOf(each.id));
              expect(closed !== undefined).toBe(model.remove(each.side, each.id));
              break;
            }
            case 'cancel': {
              const params = { requestId: each.id };
              const verdict = session.receive(
                message(each.side, { method: 'notifications/cancelled', params }),
              );
              const cancels = verdict.action === 'forward' && verdict.cancels !== undefined;
              expect(cancels).toBe(model.cancel(each.side, each.id));
              break;
            }
            case 'notify':
              expect(session.receive(message(each.side, { method: 'x/y' })).action).toBe('forward');
              break;
          }
          for (const from of ['client', 'server'] as const) {
            const open = session.openRequests(from).map(({ id: { value }, cancelled }) => [value, cancelled]);
            const expected = model.open.filter((one) => one.side === from);
            expect(open).toEqual(expected.map((one) => [one.id, one.cancelled]));
            expect(open.length).toBeLessThanOrEqual(maxOpen);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
