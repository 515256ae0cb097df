import { AIP_ERRORS, getMember, quoteJson } from '@agentpolicy/core';
import type { DecisionError } from '@agentpolicy/engine';
import {
  escapeSeparators,
  type Message,
  type MessageLimits,
  type OpenRequest,
  OWN_ID_PREFIX,
  type RequestMessage,
  type ResponseMessage,
  readMessage,
  readProtocolVersion,
  type Session,
} from '@agentpolicy/message';
import type { PromptLimit } from '../../approvals/prompt-limit.ts';
import { describeQuestion } from '../../approvals/question-text.ts';
import { USER_DENIED, USER_TIMEOUT } from '../answers.ts';
import type { ApprovalOutcome } from '../gateway.ts';
import type { QuestionFacts } from '../judgement.ts';
import { type ApprovalStates, STATE_PREFIX, type StateBinding } from './approval-states.ts';
import { digestCall, readCarried, restoreCall } from './asked-call.ts';
import { declaresForms, declaresFormsItself, formatElicitation, isApproval } from './elicitation.ts';

/** The key of our question among the input requests of a result. */
const INPUT_KEY = 'aip-approval';

const NOT_THIS_CALL: DecisionError = {
  ...AIP_ERRORS.userDenied,
  reason: 'The approval is not for this call, or was used before',
};

/** How a client is asked about its own calls. */
export interface AskClientOptions {
  /** Those of this process: a client's next request may come to another gateway. */
  readonly states: ApprovalStates;
  /** What tells this session from others of the process. */
  readonly sessionId: string;
  /** The server's command, as the operator wrote it. */
  readonly target: string;
  /** Milliseconds that a question stays open. */
  readonly timeLimit: number;
  readonly mayAsk: PromptLimit;
}

export type Asked =
  /** A request for the client was opened; its answer comes by itself. */
  | { readonly kind: 'sent'; readonly text: string }
  /** The call is answered with the question; the client calls again with what its user says. */
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'refused'; readonly outcome: Exclude<ApprovalOutcome, 'approved'> };

/** A call that comes back with what the user said. */
export interface AskedRetry {
  /** The call as it was before it was asked about. */
  readonly message: RequestMessage;
  /** Null where it was approved. */
  readonly error: DecisionError | null;
}

interface OpenQuestion {
  readonly request: OpenRequest;
  since: number | null;
}

/**
 * Asks the client itself, where the operator wants that: by a request to it, or in the stateless protocol
 * (2026-07-28) by the answer to its call.
 */
export class ClientQuestions {
  private readonly options: AskClientOptions;
  private readonly session: Session;
  private readonly limits: MessageLimits;
  private readonly open = new Map<number, OpenQuestion>();
  private requests = 0;
  private showsForms = false;

  constructor(options: AskClientOptions, session: Session, limits: MessageLimits) {
    this.options = options;
    this.session = session;
    this.limits = limits;
  }

  /** The client says what it can do. */
  learn(initialize: RequestMessage): void {
    this.showsForms = declaresForms(initialize);
  }

  ask(key: number, call: RequestMessage, facts: QuestionFacts, policyHash: string): Asked {
    const isStateless = readProtocolVersion(call) !== undefined;
    if (!(isStateless ? declaresFormsItself(call) : this.showsForms) || call.params === undefined)
      return { kind: 'refused', outcome: 'nobody' };
    if (!this.options.mayAsk()) return { kind: 'refused', outcome: 'too-many' };
    const { target, timeLimit } = this.options;
    const lines = describeQuestion({ ...facts, key, target, timeLimit });
    const params = formatElicitation(lines, isStateless);
    return isStateless
      ? this.answerCall(call, params, policyHash, digestCall(call.params))
      : this.send(key, params);
  }

  /** What the client says to a question of ours; undefined where the request is not one. */
  takeAnswer(
    request: OpenRequest,
    answer: ResponseMessage | null,
  ): { readonly key: number; readonly outcome: ApprovalOutcome } | undefined {
    for (const [key, question] of this.open) {
      if (question.request !== request) continue;
      this.open.delete(key);
      const result = answer?.outcome.kind === 'result' ? answer.outcome.value : undefined;
      return { key, outcome: isApproval(result) ? 'approved' : 'denied' };
    }
    return undefined;
  }

  /** The questions that nobody has answered in time. Time counts from the first look. */
  findLate(now: number): readonly number[] {
    return [...this.open].flatMap(([key, question]) => {
      question.since ??= now;
      return now - question.since >= this.options.timeLimit ? [key] : [];
    });
  }

  /** Nobody's answer is wanted any more: what the client is told; null where it was not asked by a request. */
  close(key: number): string | null {
    const question = this.open.get(key);
    if (question === undefined) return null;
    this.open.delete(key);
    this.session.closeRequest('server', question.request.id);
    return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${question.request.id.text}}}`;
  }

  /** Reads a call that answers a question of ours; null for every other message. */
  takeRetry(message: Message, policyHash: string): AskedRetry | null {
    if (message.kind !== 'request' || message.from !== 'client' || message.params === undefined) return null;
    if (message.normalizedMethod !== 'tools/call') return null;
    const { params } = message;
    const state = getMember(params, 'requestState');
    if (state?.kind !== 'string' || !state.value.startsWith(STATE_PREFIX)) return null;
    const redeemed = this.options.states.redeem(state.value, this.bind(policyHash, digestCall(params)));
    if (!redeemed.ok)
      return { message, error: redeemed.problem === 'expired' ? USER_TIMEOUT : NOT_THIS_CALL };
    const responses = getMember(params, 'inputResponses');
    const said = responses?.kind === 'object' ? getMember(responses, INPUT_KEY) : undefined;
    if (!isApproval(said)) return { message, error: USER_DENIED };
    const restored = restoreCall(message, redeemed.carried, this.limits);
    return restored === null ? { message, error: NOT_THIS_CALL } : { message: restored, error: null };
  }

  private send(key: number, params: string): Asked {
    const id = `"${OWN_ID_PREFIX}ask-${++this.requests}"`;
    const text = escapeSeparators(
      `{"jsonrpc":"2.0","id":${id},"method":"elicitation/create","params":${params}}`,
    );
    const verdict = this.session.receive(readMessage(text, 'server', this.limits));
    if (verdict.action !== 'forward' || verdict.opened === undefined)
      return { kind: 'refused', outcome: 'nobody' };
    this.open.set(key, { request: verdict.opened, since: null });
    return { kind: 'sent', text };
  }

  private answerCall(call: RequestMessage, params: string, policyHash: string, digest: string): Asked {
    const state = this.options.states.issue(this.bind(policyHash, digest), readCarried(call));
    const request = `{"method":"elicitation/create","params":${params}}`;
    const text =
      `{"jsonrpc":"2.0","id":${call.id.text},"result":{"resultType":"input_required",` +
      `"inputRequests":{"${INPUT_KEY}":${request}},"requestState":${quoteJson(state)}}}`;
    return { kind: 'answered', text: escapeSeparators(text) };
  }

  private bind(policyHash: string, callDigest: string): StateBinding {
    return { sessionId: this.options.sessionId, policyHash, callDigest };
  }
}
