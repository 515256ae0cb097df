import { joinBatch, type OpenRequest, type Side } from '@agentpolicy/message';
import { tameOutput } from '../text/printable.ts';
import { formatError, formatToolResult } from './answers.ts';
import type { AuditText } from './audit-text.ts';
import type { Effect, ForwardEffect } from './effects.ts';
import type { Answer, ForwardJudgement, RefuseJudgement, SettledJudgement } from './judgement.ts';
import { subjectOf } from './server-judge.ts';

/** What is to be done about one message of a side. */
export function settle(auditText: AuditText, from: Side, judged: SettledJudgement, effects: Effect[]): void {
  if (judged.kind === 'forward' && !judged.unconditional) {
    for (const text of judged.logs) effects.push({ kind: 'log', text });
    const { text, records, opened } = judged;
    effects.push({
      kind: 'forward',
      to: other(from),
      text,
      records,
      opened: opened === undefined ? [] : [opened],
    });
    return;
  }
  report(judged, effects);
  if (judged.kind === 'forward') effects.push({ kind: 'send', to: other(from), text: judged.text });
  else {
    if (judged.noise !== null)
      effects.push({ kind: 'noise', text: tameOutput(auditText.line(judged.noise)) });
    if (judged.answer !== null) effects.push(answer(judged.answer));
  }
}

/**
 * What is to be done about a batch. What may pass goes on as a batch; what its sender is told comes back as one
 * (JSON-RPC 2.0 §6). What waits for its records is not sent together with what does not.
 */
export function settleBatch(
  auditText: AuditText,
  from: Side,
  elements: readonly SettledJudgement[],
  effects: Effect[],
): void {
  const to = other(from);
  const plain: string[] = [];
  const decided: ForwardJudgement[] = [];
  const answers: string[] = [];
  for (const judged of elements) {
    if (judged.kind === 'forward' && !judged.unconditional) {
      for (const text of judged.logs) effects.push({ kind: 'log', text });
      decided.push(judged);
    } else if (judged.kind === 'forward') {
      report(judged, effects);
      plain.push(judged.text);
    } else {
      const back = judged.answer?.to === from ? judged.answer : null;
      if (back !== null) answers.push(formatAnswer(back));
      settle(auditText, from, back === null ? judged : { ...judged, answer: null }, effects);
    }
  }
  if (plain.length > 0) effects.push({ kind: 'send', to, text: joinBatch(plain) });
  if (decided.length > 0) effects.push(joinForwards(to, decided));
  if (answers.length > 0) effects.push({ kind: 'send', to: from, text: joinBatch(answers) });
}

function formatAnswer({ idText, error, subject, asResult }: Answer): string {
  return asResult === true && idText !== null
    ? formatToolResult(idText, error)
    : formatError(idText, error, subject);
}

/** An answer as an effect. */
export function answer(to: Answer): Effect {
  return { kind: 'send', to: to.to, text: formatAnswer(to) };
}

/** An error for who made a request. */
export function toAsker(request: OpenRequest, error: Answer['error']): Answer {
  return { to: request.from, idText: request.id.text, error, subject: subjectOf(request) };
}

function report(judged: ForwardJudgement | RefuseJudgement, effects: Effect[]): void {
  for (const text of judged.logs) effects.push({ kind: 'log', text });
  for (const record of judged.records) effects.push({ kind: 'audit', record });
}

function joinForwards(to: Side, judged: readonly ForwardJudgement[]): ForwardEffect {
  return {
    kind: 'forward',
    to,
    text: joinBatch(judged.map((each) => each.text)),
    records: judged.flatMap((each) => each.records),
    opened: judged.flatMap((each) => (each.opened === undefined ? [] : [each.opened])),
  };
}

function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}
