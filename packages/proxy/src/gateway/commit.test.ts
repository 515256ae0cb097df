import { beforeEach, describe, expect, it } from 'vitest';
import { createStubEngine } from '../../test/support/stub-engine.ts';
import { callTool, request } from '../../test/support/wire.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { AuditSink } from '../audit/sink.ts';
import { commitEffects } from './commit.ts';
import { createGateway, type Gateway } from './gateway.ts';

let gateway: Gateway;
let written: AuditRecord[];
let works: boolean;
const sink: AuditSink = {
  append(records) {
    if (!works) return { message: 'disk full' };
    written.push(...records);
    return null;
  },
  reopen: () => undefined,
  close: () => undefined,
};

/** What is sent for a line, each with its destination in front; and nothing else but log lines. */
function sent(text: string, from: 'client' | 'server' = 'client'): readonly string[] {
  const line = { kind: 'line', text, bytes: text.length } as const;
  return commitEffects(gateway.receive(line, from), sink, gateway.withdraw).flatMap((delivery) =>
    delivery.kind === 'send' ? [`${delivery.to}: ${delivery.text}`] : [],
  );
}

const UNAVAILABLE =
  '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error","data":{"reason":"audit log unavailable","tool":"read"}}}';

beforeEach(() => {
  gateway = createGateway({
    engine: createStubEngine({ tools: { read: 'allow' }, secret: 'SECRET' }),
    verbose: false,
  });
  written = [];
  works = false;
});

describe('while the audit log can not be written', () => {
  it('a call is refused, and may be made again once it can', () => {
    expect(sent(callTool(1, 'read'))).toEqual([`client: ${UNAVAILABLE}`]);
    works = true;
    expect(sent(callTool(1, 'read'))).toEqual([`server: ${callTool(1, 'read')}`]);
    expect(written).toHaveLength(1);
  });

  it('so is every other request, and a notification goes nowhere', () => {
    expect(sent(request(2, 'ping'))[0]).toContain('client: {"jsonrpc":"2.0","id":2,"error":{"code":-32603');
    expect(sent('{"jsonrpc":"2.0","method":"notifications/initialized"}')).toEqual([]);
  });

  it('a request of the server’s is refused to the server', () => {
    expect(sent(request(5, 'sampling/createMessage'), 'server')[0]).toContain(
      'server: {"jsonrpc":"2.0","id":5,"error"',
    );
  });

  it('a refused call stays refused for its own reason', () => {
    expect(sent(callTool(3, 'delete'))[0]).toContain('"code":-32001');
  });

  it('an answer to an earlier call still reaches its caller, redacted', () => {
    works = true;
    sent(callTool(1, 'read'));
    works = false;
    expect(sent('{"jsonrpc":"2.0","id":1,"result":"a SECRET"}', 'server')).toEqual([
      'client: {"jsonrpc":"2.0","id":1,"result":"a [REDACTED:secret]"}',
    ]);
  });

  it('the operator is told', () => {
    const line = { kind: 'line', text: callTool(1, 'read'), bytes: 1 } as const;
    const logs = commitEffects(gateway.receive(line, 'client'), sink, gateway.withdraw).filter(
      (each) => each.kind === 'log',
    );
    expect(logs.map((each) => each.text)).toContain(
      'AUDIT_FAILED: disk full; calls are refused until it can be written',
    );
  });
});

it('a record is written before its message is sent', () => {
  const order: string[] = [];
  const line = { kind: 'line', text: callTool(1, 'read'), bytes: 1 } as const;
  const watched: AuditSink = {
    append: (records) => {
      order.push(`wrote ${records.length}`);
      return null;
    },
    reopen: () => undefined,
    close: () => undefined,
  };
  for (const delivery of commitEffects(gateway.receive(line, 'client'), watched, gateway.withdraw))
    order.push(delivery.kind);
  expect(order[0]).toBe('wrote 1');
  expect(order.at(-1)).toBe('send');
});
