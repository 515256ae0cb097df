import type {
  DropVerdict,
  ForwardVerdict,
  NotificationMessage,
  RefuseVerdict,
  RequestMessage,
  ResponseMessage,
  Side,
} from '@agentpolicy/message';
import { formatErrorAnswer, protocolError, REDACTION_FAILED, type Subject } from './answers.ts';
import type { Judged, JudgedReason } from './judgement.ts';

type Call = RequestMessage | NotificationMessage;

/** A message that nothing is decided about yet. */
export function describe(message: Call, tool: string | null): Judged {
  return {
    from: message.from,
    subject: tool === null ? 'method' : 'tool-call',
    decision: 'ALLOW',
    violation: false,
    reason: { kind: 'passed-on' },
    method: message.method,
    tool,
    args: null,
    id: message.kind === 'request' ? message.id : null,
    pointer: null,
    error: null,
    events: [],
    answers: null,
    inBatch: false,
    forward: null,
    answer: null,
  };
}

/** An answer that goes on as `forward` says. */
export function answerPassed(
  verdict: ForwardVerdict,
  message: ResponseMessage,
  events: Judged['events'],
  forward: Judged['forward'] = null,
): Judged {
  return {
    from: message.from,
    subject: 'answer',
    decision: 'ALLOW',
    violation: false,
    reason: { kind: 'passed-on' },
    method: verdict.answers?.method ?? null,
    tool: verdict.answers?.tool ?? null,
    args: null,
    id: message.id,
    pointer: null,
    error: null,
    events,
    answers: verdict.answers ?? null,
    inBatch: false,
    forward,
    answer: null,
  };
}

export function blocked(
  reason: JudgedReason,
  error: Judged['error'],
): Pick<Judged, 'decision' | 'violation' | 'reason' | 'error' | 'forward'> {
  return { decision: 'BLOCK', violation: true, reason, error, forward: null };
}

export function redactionFailed(scan: { readonly events: Judged['events'] }): Partial<Judged> {
  return { ...blocked({ kind: 'redaction-failed' }, REDACTION_FAILED), events: scan.events };
}

export function refusedByProtocol(verdict: RefuseVerdict | DropVerdict): Judged {
  const { message, reason, code } = verdict;
  const error = protocolError(code, reason);
  const isCall = message.kind === 'request' || message.kind === 'notification';
  const subject = message.kind === 'response' ? 'answer' : isCall ? 'method' : 'unreadable';
  const unawaited = message.kind === 'response' && verdict.action === 'drop' && verdict.failed === undefined;
  return {
    from: message.from,
    subject,
    decision: 'BLOCK',
    violation: true,
    reason: unawaited ? { kind: 'unawaited' } : { kind: 'protocol', detail: reason },
    method: isCall ? message.method : null,
    tool: null,
    args: null,
    id: message.kind === 'batch' || message.kind === 'notification' ? null : message.id,
    pointer: null,
    error,
    events: [],
    answers: verdict.action === 'drop' ? (verdict.failed ?? null) : null,
    inBatch: false,
    forward: null,
    answer: protocolAnswer(verdict, error),
  };
}

/** Who is told of a message that breaks the rules: its sender, or the side whose answer it was. */
function protocolAnswer(
  verdict: RefuseVerdict | DropVerdict,
  error: NonNullable<Judged['error']>,
): Judged['answer'] {
  if (verdict.action === 'refuse') {
    const { id } = verdict;
    return { to: verdict.message.from, text: () => formatErrorAnswer(id?.text ?? null, error, null) };
  }
  const { failed } = verdict;
  if (failed === undefined || failed.cancelled) return null;
  const lost = protocolError(-32603, `The answer was refused: ${verdict.reason}`);
  const subject: Subject = failed.tool === undefined ? null : { key: 'tool', name: failed.tool };
  return { to: failed.from, text: () => formatErrorAnswer(failed.id.text, lost, subject) };
}

/** The error goes back to who sent the message; nobody is told about a notification. */
export function answerTo(
  message: Call,
  error: NonNullable<Judged['error']>,
  subject: Subject,
): Judged['answer'] {
  if (message.kind === 'notification') return null;
  return { to: message.from, text: () => formatErrorAnswer(message.id.text, error, subject) };
}

/** The error goes to who waits for the refused answer. */
export function answerAsker(
  verdict: ForwardVerdict,
  error: NonNullable<Judged['error']>,
  subject: Subject,
): Judged['answer'] {
  const { answers } = verdict;
  if (answers === undefined) return null;
  return { to: answers.from, text: () => formatErrorAnswer(answers.id.text, error, subject) };
}

export function toolOf({ answers }: ForwardVerdict): Subject {
  return answers?.tool === undefined ? null : { key: 'tool', name: answers.tool };
}

export function linesOf(judged: Judged, side: Side): readonly string[] {
  if (judged.forward !== null && judged.from !== side) return [judged.forward()];
  return judged.answer?.to === side ? [judged.answer.text()] : [];
}
