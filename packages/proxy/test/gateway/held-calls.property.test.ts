import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApprovalOutcome } from '../../src/gateway/gateway.ts';
import { callTool, request } from '../support/wire.ts';
import { GatewayWire, makeEngine, type Outcome } from '../support/wire-gateway.ts';

const READ = { name: 'read' };
const HASH = `sha256:${createHash('sha256').update('{"name":"read"}').digest('hex')}`;

const ENGINE = makeEngine(`
allowed_tools: [plain]
tool_rules:
  - tool: read
    schema_hash: ${HASH}
  - tool: confirm
    action: ask`);

type Step =
  | { readonly kind: 'call'; readonly id: number; readonly tool: string }
  | { readonly kind: 'list'; readonly id: number }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'answer'; readonly key: number; readonly outcome: ApprovalOutcome }
  /** The server answers its oldest open request, or says that its list changed. */
  | { readonly kind: 'serve'; readonly tools: readonly object[]; readonly more: boolean }
  /** The server answers under an id, whether it was sent that request or not. */
  | { readonly kind: 'forge'; readonly id: number }
  | { readonly kind: 'change' }
  | { readonly kind: 'tick'; readonly now: number }
  | { readonly kind: 'reload' };

const id = fc.nat(4);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('call' as const),
    id,
    tool: fc.constantFrom('read', 'confirm', 'plain', 'no'),
  }),
  fc.record({ kind: fc.constant('list' as const), id }),
  fc.record({ kind: fc.constant('cancel' as const), id }),
  fc.record({
    kind: fc.constant('answer' as const),
    key: fc.integer({ min: 1, max: 6 }),
    outcome: fc.constantFrom<ApprovalOutcome>('approved', 'denied', 'timeout', 'nobody', 'too-many'),
  }),
  fc.record({
    kind: fc.constant('serve' as const),
    tools: fc.constantFrom([READ], [{ ...READ, description: 'x' }], [], [{ name: 'other' }]),
    more: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('forge' as const), id }),
  fc.constant<Step>({ kind: 'change' }),
  fc.record({ kind: fc.constant('tick' as const), now: fc.integer({ min: 0, max: 60_000 }) }),
  fc.constant<Step>({ kind: 'reload' }),
);

/** One run: what the server has open, and what each side got. */
class Conversation {
  readonly wire = new GatewayWire(ENGINE, { canAsk: true });
  readonly approved = new Set<number>();
  readonly toServer: string[] = [];
  readonly toClient: string[] = [];
  readonly asked: number[] = [];
  private readonly serverOpen: { readonly id: unknown; readonly isList: boolean }[] = [];

  run(each: Step): void {
    const outcome = this.perform(each);
    if (outcome !== null) this.note(outcome);
  }

  private perform(each: Step): Outcome | null {
    switch (each.kind) {
      case 'call':
        return this.wire.client(callTool(each.id, each.tool));
      case 'list':
        return this.wire.client(request(each.id, 'tools/list'));
      case 'cancel':
        return this.wire.client({
          jsonrpc: '2.0',
          method: 'notifications/cancelled',
          params: { requestId: each.id },
        });
      case 'answer':
        if (each.outcome === 'approved' && this.asked.includes(each.key)) this.approved.add(each.key);
        return this.wire.answer(each.key, each.outcome);
      case 'serve': {
        const open = this.serverOpen.shift();
        if (open === undefined) return null;
        const result = open.isList ? { tools: each.tools, ...(each.more ? { nextCursor: 'n' } : {}) } : {};
        return this.wire.server({ jsonrpc: '2.0', id: open.id, result });
      }
      case 'forge': {
        const at = this.serverOpen.findIndex((open) => open.id === each.id);
        const { toClient } = this.forge(each.id);
        // Only what the server was sent can be answered by it.
        expect(toClient.length).toBe(at === -1 ? 0 : 1);
        this.toClient.push(...toClient);
        if (at !== -1) this.serverOpen.splice(at, 1);
        return null;
      }
      case 'change':
        return this.wire.server({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
      case 'tick':
        return this.wire.tick(each.now);
      case 'reload':
        this.wire.gateway.replaceEngine(ENGINE);
        return null;
    }
  }

  private forge(id: number): Outcome {
    return this.wire.server({ jsonrpc: '2.0', id, result: {} });
  }

  end(): void {
    this.note(this.wire.serverEnded());
  }

  private note(outcome: Outcome): void {
    this.toServer.push(...outcome.toServer);
    this.toClient.push(...outcome.toClient);
    this.asked.push(...outcome.asked.map((question) => question.key));
    for (const line of outcome.toServer) {
      const message = JSON.parse(line);
      if (message.id !== undefined)
        this.serverOpen.push({ id: message.id, isList: message.method === 'tools/list' });
    }
  }
}

const converse = (steps: readonly Step[]): Conversation => {
  const conversation = new Conversation();
  for (const each of steps) conversation.run(each);
  conversation.end();
  return conversation;
};

const count = (lines: readonly string[], tool: string): number =>
  lines.filter((line) => line.includes(`"name":"${tool}"`)).length;

describe('whatever happens while calls are held', () => {
  const steps = fc.array(step, { maxLength: 30 });

  it('no more calls reach the server than were approved, and no forbidden one', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { toServer, approved } = converse(list);
        expect(count(toServer, 'confirm')).toBeLessThanOrEqual(approved.size);
        expect(count(toServer, 'no')).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('a tool is called only after its definition was seen as the policy has it', () => {
    fc.assert(
      fc.property(
        steps.map((list) => list.map((each) => (each.kind === 'serve' ? { ...each, tools: [] } : each))),
        (list) => {
          expect(count(converse(list).toServer, 'read')).toBe(0);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('each request that is not cancelled is answered once, and the client never sees the proxy’s own', () => {
    fc.assert(
      fc.property(
        steps.map((list) => list.filter((each) => each.kind !== 'cancel')),
        (list) => {
          const { toClient } = converse(list);
          const balance = new Map<number, number>();
          for (const each of list)
            if (each.kind === 'call' || each.kind === 'list')
              balance.set(each.id, (balance.get(each.id) ?? 0) + 1);
          for (const line of toClient) {
            expect(line).not.toContain('aip-proxy:');
            const message = JSON.parse(line);
            if (message.method === undefined) balance.set(message.id, (balance.get(message.id) ?? 0) - 1);
          }
          for (const [asked, open] of balance) expect([asked, open]).toEqual([asked, 0]);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
