import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readJson } from '@agentpolicy/core';
import { readMessage } from '@agentpolicy/message';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApprovalStates, type StateBinding } from './approval-states.ts';
import { readCarried } from './asked-call.ts';
import { isApproval } from './elicitation.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function parse(value: unknown) {
  const read = readJson(JSON.stringify(value));
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

describe('an approval', () => {
  it('is an accepted form with one choice, and nothing else', () => {
    const piece = fc.oneof(
      fc.constantFrom('accept', 'decline', 'approve', 'deny', 'Approve', true, null),
      fc.jsonValue({ maxDepth: 1 }),
    );
    const answer = fc.oneof(
      fc.jsonValue(),
      fc.record({ action: piece, content: fc.oneof(piece, fc.record({ decision: piece, other: piece })) }),
    );
    fc.assert(
      fc.property(answer, (value) => {
        const text = JSON.stringify(value);
        const said = JSON.parse(text);
        const expected = said?.action === 'accept' && said.content?.decision === 'approve';
        expect(isApproval(parse(value))).toBe(expected);
      }),
      { examples: [[{ action: 'accept', content: { decision: 'approve' } }]] },
    );
  });
});

describe('states', () => {
  const binding: fc.Arbitrary<StateBinding> = fc.record({
    sessionId: fc.constantFrom('a', 'b'),
    policyHash: fc.constantFrom('p', 'q'),
    callDigest: fc.constantFrom('x', 'y'),
  });

  it('hold once, in time, and for what they were given for, whatever is done with them', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('issue' as const), binding }),
      fc.record({ kind: fc.constant('redeem' as const), which: fc.nat(9), binding }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(60) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = 0;
        let seed = 0;
        const states = new ApprovalStates({
          key: new Uint8Array(32),
          randomBytes: (count) => createHash('sha256').update(`${seed++}`).digest().subarray(0, count),
          clock: () => now,
          timeLimit: 100,
        });
        const issued: { state: string; binding: StateBinding; end: number; used: boolean; which: string }[] =
          [];
        for (const each of steps) {
          if (each.kind === 'wait') now += each.ms;
          else if (each.kind === 'issue') {
            const which = String(issued.length);
            const state = states.issue(each.binding, { requestState: which, inputResponses: null });
            issued.push({ state, binding: each.binding, end: now + 100, used: false, which });
          } else {
            const known = issued[each.which % Math.max(1, issued.length)];
            if (known === undefined) continue;
            const isOwn = JSON.stringify(known.binding) === JSON.stringify(each.binding);
            const redeemed = states.redeem(known.state, each.binding);
            const problem = !isOwn ? 'foreign' : now >= known.end ? 'expired' : known.used ? 'used' : null;
            expect(redeemed).toEqual(
              problem === null
                ? { ok: true, carried: { requestState: known.which, inputResponses: null } }
                : { ok: false, problem },
            );
            if (isOwn) known.used = true;
          }
        }
      }),
    );
  });

  /** States on a clock of their own; each carries so many characters. */
  function fill() {
    let now = 0;
    let nonce = 0;
    const states = new ApprovalStates({
      key: new Uint8Array(32),
      randomBytes: (count) => createHash('sha256').update(`${nonce++}`).digest().subarray(0, count),
      clock: () => now,
      timeLimit: 100,
    });
    const bound = { sessionId: 'a', policyHash: 'p', callDigest: 'x' };
    return {
      wait: (ms: number) => {
        now += ms;
      },
      issue: (characters: number) =>
        states.issue(bound, { requestState: null, inputResponses: Buffer.alloc(characters, 'x').toString() }),
      redeem: (state: string) => {
        const redeemed = states.redeem(state, bound);
        return redeemed.ok ? 'ok' : redeemed.problem;
      },
    };
  }

  it('keep 64 MiB of characters: then the oldest are forgotten', () => {
    const { issue, redeem } = fill();
    const [first = '', second = '', third = '', fourth = ''] = [16, 16, 16, 16].map((mib) =>
      issue(mib << 20),
    );
    // 64 MiB are kept; one more character takes the first, 32 MiB the next two.
    const small = issue(1);
    expect(redeem(first)).toBe('used');
    const large = issue(32 << 20);
    expect([second, third, fourth, small, large].map(redeem)).toEqual(['used', 'used', 'ok', 'ok', 'ok']);
    // What came back takes no room.
    const again = [issue(32 << 20), issue(32 << 20)];
    expect(again.map(redeem)).toEqual(['ok', 'ok']);
  });

  it('keep nothing that has expired', () => {
    const { issue, redeem, wait } = fill();
    const before = heapInUse();
    const late = Array.from({ length: 4 }, () => issue(16 << 20));
    wait(50);
    const kept = issue(1);
    wait(50);
    const last = issue(1);
    expect(heapInUse() - before).toBeLessThan(8 << 20);
    expect([...late, kept, last].map(redeem)).toEqual([...late.map(() => 'expired'), 'ok', 'ok']);
  });

  it('keep nothing of a call but what it carries', () => {
    const filler = 'x'.repeat(1 << 20);
    const before = heapInUse();
    const carried = Array.from({ length: 30 }, (_, index) => {
      const params = {
        name: 'x',
        requestState: `${index}-`.padEnd(40, 's'),
        inputResponses: { a: 'y'.repeat(40) },
      };
      const call = {
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { ...params, filler: index + filler },
      };
      // As from the wire: parts of the text are slices of it.
      const message = readMessage(Buffer.from(JSON.stringify(call)).toString(), 'client');
      if (message.kind !== 'request') throw new Error('it is a request');
      return readCarried(message);
    });
    expect(heapInUse() - before).toBeLessThan(8 << 20);
    expect(carried[29]).toEqual({
      requestState: JSON.stringify('29-'.padEnd(40, 's')),
      inputResponses: `{"a":"${'y'.repeat(40)}"}`,
    });
  });

  it('are not to be had by writing one', () => {
    const states = new ApprovalStates({
      key: new Uint8Array(32),
      randomBytes: (count) => new Uint8Array(count),
      clock: () => 0,
      timeLimit: 100,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.stringMatching(/^aip-proxy:approval\.1\.[A-Za-z0-9_-]{22}\.\d{1,15}\.[A-Za-z0-9_-]{43}$/),
        ),
        (state) => {
          const redeemed = states.redeem(state, { sessionId: 'a', policyHash: 'p', callDigest: 'x' });
          expect(redeemed).toEqual({ ok: false, problem: 'foreign' });
        },
      ),
    );
  });
});
