import { type JsonObject, readJson } from '@agentpolicy/core';
import type { DlpEvent, Engine, MessageScan, Scanner } from '@agentpolicy/engine';
import {
  escapeSeparators,
  type ForwardVerdict,
  type FreeRetries,
  forwardText,
  type OpenRequest,
  type ResponseMessage,
  readInputRequests,
} from '@agentpolicy/message';
import type { AuditRecord } from '../audit/record.ts';
import { quotePrintable } from '../text/printable.ts';
import { internalError, methodError, NO_SUBJECT, REDACTION_FAILED, type Subject } from './answers.ts';
import type { AuditText } from './audit-text.ts';
import type { CallVerdict } from './client-call.ts';
import { describeDecision, describeRefusal } from './decision-record.ts';
import type { Answer, SettledJudgement } from './judgement.ts';

/** A message of the server's that the scanner has seen. */
interface Scanned {
  /** Null where the message may not go on. */
  readonly text: string | null;
  readonly records: readonly AuditRecord[];
  readonly logs: readonly string[];
}

/** Judges what a server sends: its answers, its own requests, its notifications. */
export class ServerJudge {
  private readonly denied: ReadonlySet<string>;
  private readonly scanner: Scanner | null;
  private readonly auditText: AuditText;
  private readonly retries: FreeRetries;
  private readonly deep: { readonly maxDepth: number };

  constructor(engine: Engine, auditText: AuditText, retries: FreeRetries, maxDepth: number) {
    this.denied = new Set(engine.table.methods.denied.map((method) => method.name));
    this.scanner = engine.responses;
    this.auditText = auditText;
    this.retries = retries;
    this.deep = { maxDepth };
  }

  /** A request or notification. The policy's `denied_methods` bind requests; all is scanned. */
  judgeCall(verdict: CallVerdict): SettledJudgement {
    const { message, opened } = verdict;
    const isRequest = message.kind === 'request';
    const subject: Subject = { kind: 'method', name: message.method };
    const refuse = (
      error: Answer['error'],
      rest: Pick<SettledJudgement, 'records' | 'logs'>,
    ): SettledJudgement => ({
      kind: 'refuse',
      answer: isRequest ? { to: 'server', idText: message.id.text, error, subject } : null,
      records: [...rest.records, describeDecision(this.auditText, message, { decision: 'BLOCK', error })],
      logs: rest.logs,
      noise: null,
    });
    if (isRequest && this.denied.has(message.normalizedMethod)) {
      const shown = quotePrintable(this.auditText.name(message.method));
      const logs = [`BLOCKED_METHOD: Method ${shown} of the server's is denied by policy`];
      return refuse(methodError(message.method), { records: [], logs });
    }
    const scanned = this.scan(verdict);
    if (scanned.text === null) return refuse(REDACTION_FAILED, scanned);
    const decided = isRequest ? [describeDecision(this.auditText, message, { decision: 'ALLOW' })] : [];
    return {
      kind: 'forward',
      text: scanned.text,
      unconditional: !isRequest,
      opened,
      records: [...scanned.records, ...decided],
      logs: scanned.logs,
    };
  }

  /** An answer to a request of the client's, or an error that names no request. */
  judgeResponse(verdict: ForwardVerdict, message: ResponseMessage): SettledJudgement {
    const { answers } = verdict;
    const result = message.outcome.kind === 'result' ? message.outcome.value : null;
    const problem = result === null ? null : this.findDeniedInput(result);
    if (problem !== null) return this.refuseResponse(message, answers, problem, { records: [], logs: [] });
    const scanned = this.scan(verdict);
    if (scanned.text === null)
      return this.refuseResponse(message, answers, { error: REDACTION_FAILED, subject: null }, scanned);
    if (answers !== undefined) this.retries.answered(answers, result);
    return {
      kind: 'forward',
      text: scanned.text,
      unconditional: true,
      opened: undefined,
      records: scanned.records,
      logs: scanned.logs,
    };
  }

  /** Requests of the server's inside a result (protocol 2026-07-28) are bound as those outside. */
  private findDeniedInput(
    result: NonNullable<Parameters<typeof readInputRequests>[0]>,
  ): { readonly error: Answer['error']; readonly subject: Subject | null } | null {
    const inputs = readInputRequests(result);
    if (!inputs.ok)
      return {
        error: internalError(`The server's answer was refused: ${this.auditText.quoted(inputs.reason)}`),
        subject: null,
      };
    const denied = inputs.requests.find((input) => this.denied.has(input.normalizedMethod));
    if (denied === undefined) return null;
    return { error: methodError(denied.method), subject: { kind: 'method', name: denied.method } };
  }

  private refuseResponse(
    message: ResponseMessage,
    answers: OpenRequest | undefined,
    problem: { readonly error: Answer['error']; readonly subject: Subject | null },
    scanned: Pick<SettledJudgement, 'records' | 'logs'>,
  ): SettledJudgement {
    if (answers !== undefined) this.retries.answered(answers, null);
    const { error } = problem;
    const subject = problem.subject ?? subjectOf(answers);
    const record = describeRefusal(this.auditText, 'server', {
      code: error.code,
      reason: error.reason,
      id: message.id,
    });
    return {
      kind: 'refuse',
      answer: answers === undefined ? null : { to: 'client', idText: answers.id.text, error, subject },
      records: [...scanned.records, record],
      logs: [...scanned.logs, `REFUSED: the server's answer: ${this.auditText.line(error.reason)}`],
      noise: null,
    };
  }

  private scan(verdict: ForwardVerdict): Scanned {
    const { message, edits } = verdict;
    if (this.scanner === null) return { text: forwardText(message, edits), records: [], logs: [] };
    const source = this.source(verdict);
    if (source === null) return { text: null, records: [], logs: [] };
    const scan = this.scanner.scanMessage(source.root, source.text);
    const records: AuditRecord[] = [];
    const logs: string[] = [];
    for (const event of scan.events) this.report(event, scan, records, logs);
    if (scan.truncated) {
      records.push({ kind: 'scan-truncated', direction: 'downstream' });
      logs.push("DLP_SCAN_LIMIT: the end of a message of the server's was not scanned (max_scan_size)");
    }
    switch (scan.kind) {
      case 'clean':
        return { text: escapeSeparators(source.text), records, logs };
      case 'redacted':
        return { text: escapeSeparators(scan.text), records, logs };
      case 'refused':
        return { text: null, records, logs };
    }
  }

  /** The message with its spelling mended: what is scanned is what is sent. */
  private source({
    message,
    edits,
  }: ForwardVerdict): { readonly root: JsonObject; readonly text: string } | null {
    if (edits.length === 0) return message;
    const text = forwardText(message, edits);
    const read = readJson(text, this.deep);
    return read.ok && read.value.kind === 'object' ? { root: read.value, text } : null;
  }

  private report(event: DlpEvent, scan: MessageScan, records: AuditRecord[], logs: string[]): void {
    const action = scan.kind === 'refused' ? 'BLOCKED' : 'REDACTED';
    records.push({ kind: 'dlp', direction: 'downstream', rule: event.rule, action, count: event.count });
    logs.push(
      `DLP_TRIGGERED: Rule ${quotePrintable(event.rule)} matched ${event.count} time(s), ${action.toLowerCase()}`,
    );
  }
}

/** What an open request was about, for its error. */
export function subjectOf(request: OpenRequest | undefined): Subject {
  return request?.tool === undefined ? NO_SUBJECT : { kind: 'tool', name: request.tool };
}
