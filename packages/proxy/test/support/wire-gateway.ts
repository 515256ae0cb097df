import { createEngine, type Engine } from '@agentpolicy/engine';
import type { Side } from '@agentpolicy/message';
import type { AuditRecord } from '../../src/audit/record.ts';
import { type AuditSink, NO_AUDIT } from '../../src/audit/sink.ts';
import { commitEffects } from '../../src/gateway/commit.ts';
import type { Effect, Question } from '../../src/gateway/effects.ts';
import {
  type ApprovalOutcome,
  createGateway,
  type Gateway,
  type GatewayOptions,
} from '../../src/gateway/gateway.ts';
import { compile, policy } from './compile.ts';

/** Makes an engine as the proxy does. */
export function makeEngine(spec: string, version = 'v1alpha2', continues?: Engine): Engine {
  return createEngine(compile(policy(spec, version)), {
    clock: () => 0,
    home: '/home/user',
    cwd: '/workspace',
    foldCase: false,
    ownFiles: [],
    handles: ['schema_hash', 'scan_requests'],
    ...(continues === undefined ? {} : { continues }),
  });
}

/** What one event led to. */
export interface Outcome {
  readonly toServer: readonly string[];
  readonly toClient: readonly string[];
  readonly asked: readonly Question[];
  readonly closed: readonly number[];
  readonly records: readonly AuditRecord[];
  readonly logs: readonly string[];
}

/** A gateway without a transport: what each event leads to comes back at once. */
export class GatewayWire {
  readonly gateway: Gateway;
  private readonly records: AuditRecord[] = [];
  private readonly sink: AuditSink;

  constructor(engine: Engine, options: Partial<GatewayOptions> = {}) {
    this.gateway = createGateway({ engine, verbose: false, ...options });
    this.sink = {
      ...NO_AUDIT,
      append: (records) => {
        this.records.push(...records);
        return null;
      },
    };
  }

  client(text: string | object): Outcome {
    return this.send('client', text);
  }

  server(text: string | object): Outcome {
    return this.send('server', text);
  }

  answer(key: number, outcome: ApprovalOutcome): Outcome {
    return this.carryOut(this.gateway.answerQuestion(key, outcome));
  }

  tick(now: number): Outcome {
    return this.carryOut(this.gateway.tick(now));
  }

  clientEnded(): Outcome {
    return this.carryOut(this.gateway.clientEnded());
  }

  serverEnded(): Outcome {
    return this.carryOut(this.gateway.serverEnded('The server is gone'));
  }

  private send(from: Side, message: string | object): Outcome {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    return this.carryOut(this.gateway.receive({ kind: 'line', text, bytes: Buffer.byteLength(text) }, from));
  }

  private carryOut(effects: readonly Effect[]): Outcome {
    this.records.length = 0;
    const deliveries = commitEffects(effects, this.sink, this.gateway.withdraw);
    const sent = (to: Side): string[] =>
      deliveries.flatMap((each) => (each.kind === 'send' && each.to === to ? [each.text] : []));
    return {
      toServer: sent('server'),
      toClient: sent('client'),
      asked: deliveries.flatMap((each) => (each.kind === 'ask' ? [each.question] : [])),
      closed: deliveries.flatMap((each) => (each.kind === 'close-question' ? [each.key] : [])),
      records: [...this.records],
      logs: deliveries.flatMap((each) => (each.kind === 'log' ? [each.text] : [])),
    };
  }
}

/** The error code of an answer; `result` where it has none. */
export function codeOf(line: string | undefined): number | 'result' {
  if (line === undefined) throw new Error('there is no answer');
  return JSON.parse(line).error?.code ?? 'result';
}
