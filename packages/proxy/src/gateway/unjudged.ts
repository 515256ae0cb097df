import {
  isReserved,
  type Message,
  type OpenRequest,
  type RequestMessage,
  type SingleVerdict,
} from '@agentpolicy/message';
import { internalError, NO_SUBJECT } from './answers.ts';
import type { AuditText } from './audit-text.ts';
import { describeRefusal } from './decision-record.ts';
import type { Answer, RefuseJudgement } from './judgement.ts';
import { toAsker } from './settle.ts';

const UNJUDGED = internalError('The message could not be judged');

/** What is told here is the proxy's own, but for ids; and the scanner may be what failed. */
const UNSCANNED: Pick<AuditText, 'line' | 'id'> = {
  line: (text) => text,
  id: (id) => (id === null || typeof id.value === 'string' ? null : id.text),
};

/**
 * The refusal of a message on which judging itself failed. Nothing of the message is told, nor the failure's own
 * text: either may hold what the scanner has not seen.
 */
export function refuseUnjudged(verdict: SingleVerdict, cause: unknown): RefuseJudgement {
  return refuse(verdict.message, findAnswer(verdict), cause);
}

/** The refusal of a call that waited, and whose end could not be judged. */
export function refuseUnjudgedCall(message: RequestMessage, cause: unknown): RefuseJudgement {
  return refuse(message, answerCaller(message), cause);
}

function refuse(message: Message, answer: Answer | null, cause: unknown): RefuseJudgement {
  const kind = cause instanceof Error ? cause.name : 'a failure';
  const reason = `${UNJUDGED.reason} (${kind} in the proxy)`;
  const id = 'id' in message ? message.id : null;
  const code = answer === null ? null : UNJUDGED.code;
  return {
    kind: 'refuse',
    answer,
    records: [describeRefusal(UNSCANNED, message.from, { code, reason, id })],
    logs: [`REFUSED: a message of the ${message.from}'s: ${reason}`],
    noise: null,
  };
}

/** Who is told: who made the request, or who waits for the answer. */
function findAnswer(verdict: SingleVerdict): Answer | null {
  const { message } = verdict;
  switch (verdict.action) {
    case 'refuse':
      return { to: message.from, idText: verdict.id?.text ?? null, error: UNJUDGED, subject: NO_SUBJECT };
    case 'drop':
      return tellAsker(verdict.failed);
    case 'forward':
      return message.kind === 'request' ? answerCaller(message) : tellAsker(verdict.answers);
  }
}

function answerCaller({ from, id }: RequestMessage): Answer {
  return { to: from, idText: id.text, error: UNJUDGED, subject: NO_SUBJECT };
}

function tellAsker(waiting: OpenRequest | undefined): Answer | null {
  return waiting === undefined || isReserved(waiting.id) ? null : toAsker(waiting, UNJUDGED);
}
