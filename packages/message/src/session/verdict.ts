import type { TextEdit } from '@agentpolicy/core';
import type { ToolCallParams } from '../mcp/tool-call.ts';
import type {
  BatchMessage,
  MessageId,
  NotificationMessage,
  RequestMessage,
  ResponseMessage,
  Side,
  SingleMessage,
} from '../messages/message.ts';

/** A request that waits for its answer. Of long texts it has the first 1,024 characters. */
export interface OpenRequest {
  readonly from: Side;
  readonly id: MessageId;
  /** As it was written. */
  readonly method: string;
  readonly normalizedMethod: string;
  /** The name in a `tools/call`, as it was written; undefined for every other method. */
  readonly tool: string | undefined;
  /** The asking side has said that it no longer waits. An answer can still come. */
  readonly cancelled: boolean;
}

/** The protocol permits to pass the message on; what a policy says of it is not asked here. */
export interface ForwardVerdict {
  readonly action: 'forward';
  readonly message: RequestMessage | NotificationMessage | ResponseMessage;
  /** Spelling that forwardText must apply: MCP's of the method, the server's of the tool. */
  readonly edits: readonly TextEdit[];
  /** What a `tools/call` calls; undefined for every other message. */
  readonly call: ToolCallParams | undefined;
  /** A request is open from now on; whoever answers it instead of the other side calls closeRequest. */
  readonly opened: OpenRequest | undefined;
  /** The request that a response answered; it is closed now. Undefined for an error that names none. */
  readonly answers: OpenRequest | undefined;
  /** The request that a `notifications/cancelled` gives up. */
  readonly cancels: OpenRequest | undefined;
}

/** The message is answered with an error, to the side that sent it, and goes no further. */
export interface RefuseVerdict {
  readonly action: 'refuse';
  readonly message: SingleMessage | BatchMessage;
  readonly code: number;
  /** One line for people. */
  readonly reason: string;
  readonly id: MessageId | null;
}

/** The message goes no further and is not answered: it is an answer or a notification, or no message at all. */
export interface DropVerdict {
  readonly action: 'drop';
  readonly message: SingleMessage;
  readonly code: number;
  readonly reason: string;
  /** The other side's request that lost its answer with this message; it is closed and wants an error. */
  readonly failed: OpenRequest | undefined;
}

export type SingleVerdict = ForwardVerdict | RefuseVerdict | DropVerdict;

/** Each message of a batch has a verdict of its own, in the batch's order. */
export interface BatchVerdict {
  readonly action: 'batch';
  readonly message: BatchMessage;
  readonly elements: readonly SingleVerdict[];
}

export type Verdict = SingleVerdict | BatchVerdict;
