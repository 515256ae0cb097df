import type { Engine } from '@agentpolicy/engine';
import type { AskedCalls, LineEvent, Side } from '@agentpolicy/message';
import type { ProxyObserver } from '../observe/observer.ts';
import type { AskClientOptions } from './client-approval/client-questions.ts';
import { ConnectionGateway } from './connection-gateway.ts';
import type { Effect, ForwardEffect } from './effects.ts';
import type { PinStore } from './tools/pins.ts';

export interface GatewayOptions {
  readonly engine: Engine;
  /** Log every message. */
  readonly verbose: boolean;
  /** Levels of nesting in a message; 128 unless told. */
  readonly maxDepth?: number;
  /** In enforce mode, tools that can't be called are taken out of the server's lists. Off unless told. */
  readonly filterTools?: boolean;
  /** How a refused tool call is answered; with an error unless told. */
  readonly denyAs?: 'error' | 'result';
  /** The definitions that the server's tools must have; without it, only `schema_hash` counts. */
  readonly pins?: PinStore;
  /** `ask` effects are carried out; without it, calls that need approval are refused. */
  readonly canAsk?: boolean;
  /** The client itself is asked; then nobody else is. */
  readonly askClient?: AskClientOptions;
  /** Told of each request that ends; the clock gives milliseconds, of which only differences count. */
  readonly observer?: { readonly observer: ProxyObserver; readonly clock: () => number };
  /** Milliseconds that the server has for an answer; as long as it takes unless told. */
  readonly requestTimeout?: number;
  /** What is known of calls whose retry is free; gateways that serve one request each share it. */
  readonly askedCalls?: AskedCalls;
}

/** What became of a question. */
export type ApprovalOutcome =
  | 'approved'
  | 'denied'
  /** Nobody answered in time. */
  | 'timeout'
  /** No channel reaches anybody. */
  | 'nobody'
  /** Too much was asked. */
  | 'too-many';

/**
 * One connection between a client and a server, enforced. It takes each side's lines in the order of the
 * wire and tells what is to be done; it does none of it, and knows no transport.
 */
export interface Gateway {
  /** Takes the next line of a side. */
  receive(line: LineEvent, from: Side): readonly Effect[];
  /** Takes the answer to a question, once; nothing where it is no longer open. */
  answerQuestion(key: number, outcome: ApprovalOutcome): readonly Effect[];
  /** Time goes on: what has waited too long is answered. In milliseconds, of which only differences count. */
  tick(now: number): readonly Effect[];
  /** Another policy holds from the next message on; calls that are held are judged by it. */
  replaceEngine(engine: Engine): void;
  /** The client says nothing more: its questions are closed. */
  clientEnded(): readonly Effect[];
  /** No answer comes any more: what is open is answered with an error that gives the reason. */
  serverEnded(reason: string): readonly Effect[];
  /** What is done instead of a forward whose records can't be written. */
  readonly withdraw: (forward: ForwardEffect) => readonly Effect[];
  /** The client waits for an answer. */
  readonly hasPending: () => boolean;
  /** Calls are kept that will be decided once the server has answered. */
  readonly isListing: () => boolean;
}

/** Starts a connection that nothing was said on yet. */
export function createGateway(options: GatewayOptions): Gateway {
  return new ConnectionGateway(options);
}
