import { type DropVerdict, isReserved, type RefuseVerdict } from '@agentpolicy/message';
import { printable } from '../text/printable.ts';
import { internalError, NO_SUBJECT, protocolError } from './answers.ts';
import type { AuditText } from './audit-text.ts';
import { describeRefusal } from './decision-record.ts';
import type { Answer, RefuseJudgement } from './judgement.ts';
import { toAsker } from './settle.ts';

/** As many characters of a reason as a log line shows. */
const MAX_REASON = 400;

/** What becomes of a message that the protocol does not allow. */
export function refuseByProtocol(
  auditText: AuditText,
  verdict: RefuseVerdict | DropVerdict,
): RefuseJudgement {
  const { message, code } = verdict;
  const { from } = message;
  const reason = auditText.quoted(verdict.reason);
  const id = 'id' in message ? message.id : null;
  const noise = isNoise(verdict) ? message.text : null;
  const answered = verdict.action === 'refuse' ? code : null;
  const record = describeRefusal(auditText, from, { code: answered, reason, id });
  return {
    kind: 'refuse',
    answer: protocolAnswer(verdict, reason),
    records: noise === null ? [record] : [],
    logs: noise === null ? [`REFUSED: a message of the ${from}'s: ${printable(reason, MAX_REASON)}`] : [],
    noise,
  };
}

/** The answer to a message that the protocol does not allow, or to the request that lost its answer by it. */
function protocolAnswer(verdict: RefuseVerdict | DropVerdict, reason: string): Answer | null {
  if (verdict.action === 'refuse') {
    const error = protocolError(verdict.code, reason);
    return { to: verdict.message.from, idText: verdict.id?.text ?? null, error, subject: NO_SUBJECT };
  }
  if (verdict.failed === undefined || isReserved(verdict.failed.id)) return null;
  return toAsker(
    verdict.failed,
    internalError(`The ${verdict.message.from}'s answer was refused: ${reason}`),
  );
}

/** Output of the server that was never meant to be a message. */
function isNoise(verdict: RefuseVerdict | DropVerdict): boolean {
  const { message } = verdict;
  return (
    verdict.action === 'drop' &&
    verdict.failed === undefined &&
    message.kind === 'invalid' &&
    message.from === 'server' &&
    message.shape === 'unknown' &&
    message.id === null
  );
}
