import { createHash } from 'node:crypto';
import { readJson } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApprovalStates, type StateBinding } from './approval-states.ts';
import { isApproval } from './elicitation.ts';

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
            const problem = !isOwn ? 'foreign' : known.used ? 'used' : now >= known.end ? 'expired' : null;
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
